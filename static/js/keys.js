/* Keys: an element with data-key is pressed by that key. Single characters only outside fields,
   and not at all when <html data-keys="off">. "g" then a letter goes to a menu entry (data-go). */
"use strict";
(() => {
  const FIELDS = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
  const PROBLEMS = ".error-sum a, .finding, .field.has-error .input";
  let chord = { key: "", at: 0 };

  const visible = (element) => element.getClientRects().length > 0;
  const inField = (target) => target instanceof Element && target.closest(FIELDS) !== null;

  function nameOf(event) {
    const parts = [];
    if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
    if (event.shiftKey && (event.key.length > 1 || event.ctrlKey)) parts.push("Shift");
    const key = event.key === " " ? "Space" : event.key;
    parts.push(parts.length && key.length === 1 ? key.toUpperCase() : key);
    return parts.join("+");
  }

  function holder(name) {
    const dialog = document.querySelector("dialog[open]");
    const found = [...(dialog || document).querySelectorAll("[data-key]")]
      .filter((element) => element.dataset.key === name);
    return found.find((element) => visible(element) && !element.disabled)
      || found.find((element) => element.closest(".menu-list")) || null;
  }

  function press(element) {
    if (element.matches(FIELDS)) { element.focus(); element.select?.(); return; }
    if (element.matches("details > summary")) {
      const menu = element.parentElement;
      menu.open = !menu.open;
      menu.querySelector(".menu-list input, .menu-list button, .menu-list a")?.focus();
      return;
    }
    element.click();
  }

  function stepProblem(back) {
    const all = [...document.querySelectorAll(PROBLEMS)].filter(visible);
    if (!all.length) return false;
    const here = all.indexOf(document.activeElement);
    const next = here < 0 ? (back ? all.length - 1 : 0) : here + (back ? -1 : 1);
    const target = all[(next + all.length) % all.length];
    target.focus();
    target.scrollIntoView({ block: "nearest" });
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const name = nameOf(event);
    const single = event.key.length === 1 && !event.ctrlKey && !event.metaKey;
    if (single && (inField(event.target) || document.documentElement.dataset.keys === "off")) return;
    if (name === "F8" || name === "Shift+F8") {
      if (stepProblem(event.shiftKey)) event.preventDefault();
      return;
    }
    if (single && chord.key && Date.now() - chord.at < 1500) {
      const target = chord.key === "g"
        ? document.querySelector(`[data-go="${CSS.escape(event.key)}"]`)
        : holder(`${chord.key} ${event.key}`);
      chord = { key: "", at: 0 };
      if (target) { event.preventDefault(); target.click(); return; }
    }
    if ((name === "g" || name === "v") && !event.repeat && !holder(name)) {
      chord = { key: name, at: Date.now() };
      return;
    }
    const element = holder(name);
    if (!element) return;
    event.preventDefault();
    press(element);
  });

  function words(element) {
    const copy = element.cloneNode(true);
    copy.querySelectorAll("kbd, .count").forEach((part) => part.remove());
    const label = element.getAttribute("aria-label") || element.title || copy.textContent;
    return label.replace(/\s+/g, " ").trim();
  }

  document.addEventListener("claimline:opened", (event) => {
    if (event.target.id !== "keys") return;
    const list = document.getElementById("keys-list");
    list.replaceChildren();
    const add = (keys, text) => {
      const dt = document.createElement("dt");
      keys.forEach((key) => { const kbd = document.createElement("kbd"); kbd.textContent = key; dt.append(kbd); });
      const dd = document.createElement("dd");
      dd.textContent = text;
      list.append(dt, dd);
    };
    const seen = new Set();
    document.querySelectorAll("[data-key]").forEach((element) => {
      if (seen.has(element.dataset.key) || element.closest("dialog")) return;
      seen.add(element.dataset.key);
      add([element.dataset.key], words(element));
    });
    document.querySelectorAll("[data-key-help] > div").forEach((row) => {
      add([row.querySelector("dt").textContent], row.querySelector("dd").textContent);
    });
    if (document.querySelector("[data-list]")) {
      add(["j", "k"], "Next, previous row");
      add(["Enter", "o"], "Open the row");
      add(["x"], "Select the row");
      add(["Shift+↓"], "Select downwards");
    }
    add(["F8"], "Next problem on the page");
    document.querySelectorAll("[data-go]").forEach((element) => add(["g", element.dataset.go], words(element)));
  });
})();
