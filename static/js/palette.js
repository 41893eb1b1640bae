/* The palette: arrows move over what was found, Enter opens it. htmx asks the server while one types. */
"use strict";
(() => {
  const dialog = () => document.getElementById("palette");
  const options = () => [...(dialog()?.querySelectorAll("[role=option]") ?? [])];
  const field = () => dialog()?.querySelector("#palette-q");

  function choose(option) {
    options().forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    if (!option) { field()?.removeAttribute("aria-activedescendant"); return; }
    field()?.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", (event) => {
    if (!dialog()?.open || event.target !== field() || event.isComposing) return;
    const all = options();
    const here = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (all.length) choose(all[(here + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    } else if (event.key === "Enter" && here >= 0 && !dialog().querySelector(".htmx-request")) {
      event.preventDefault();
      window.location.assign(all[here].dataset.href);
    }
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (dialog()?.contains(event.target)) choose(options()[0]);
  });
})();
