/* Peek: the record of the focused row at the side, without leaving the list. Esc goes back to the row. */
"use strict";
(() => {
  const panel = () => document.getElementById("peek");
  const bench = () => document.querySelector(".bench");
  let shown = null;

  function show(row) {
    shown = row.dataset.peek;
    bench().classList.add("has-peek");
    window.htmx.ajax("GET", shown, { target: "#peek", swap: "innerHTML" });
  }

  function hide() {
    shown = null;
    bench()?.classList.remove("has-peek");
    panel()?.replaceChildren();
    document.querySelector("tr.is-focused th a, tr.is-focused td a")?.focus();
  }

  document.addEventListener("claimline:open", (event) => {
    if (!panel() || !event.detail.dataset.peek || window.innerWidth < 1024) return;
    show(event.detail);
  });
  document.addEventListener("claimline:row", (event) => {
    if (shown && event.detail.dataset.peek) show(event.detail);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-close-peek]")) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown && !document.querySelector("dialog[open]")) hide();
  });
})();
