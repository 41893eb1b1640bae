/* Typeahead: one combobox pattern everywhere. Old answers are dropped, focus never leaves the field. */
"use strict";
(() => {
  const WAIT = 120;
  const states = new WeakMap();

  function stateOf(combo) {
    if (!states.has(combo)) states.set(combo, { timer: 0, asked: 0, request: null });
    return states.get(combo);
  }

  const atEnd = (input) => input.selectionStart === input.value.length;
  const inputOf = (combo) => combo.querySelector("[role=combobox]");
  const boxOf = (combo) => combo.querySelector(".hits");
  const optionsOf = (combo) => [...combo.querySelectorAll("[role=option]")];

  function close(combo) {
    const input = inputOf(combo);
    stateOf(combo).request?.abort();
    window.clearTimeout(stateOf(combo).timer);
    boxOf(combo).hidden = true;
    boxOf(combo).replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function choose(combo, option) {
    optionsOf(combo).forEach((one) => one.setAttribute("aria-selected", String(one === option)));
    const input = inputOf(combo);
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  /* What cannot be taken opens what lies below it, in the same list. */
  function open(combo, option) {
    const input = inputOf(combo);
    const state = stateOf(combo);
    window.clearTimeout(state.timer);
    input.value = option.dataset.value;
    state.opened = true;
    ask(combo);
  }

  async function ask(combo) {
    const input = inputOf(combo);
    const term = input.value.trim();
    const state = stateOf(combo);
    state.request?.abort();
    // A word that begins with a slash is a command of the screen, and no search.
    if (term.length < Number(combo.dataset.least || 2) || term.startsWith("/")) { close(combo); return; }
    const mine = ++state.asked;
    state.request = new AbortController();
    const url = new URL(combo.dataset.url, window.location.href);
    url.searchParams.set(combo.dataset.param || "q", term);
    if (state.opened) url.searchParams.set("below", "1");
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal: state.request.signal });
      if (!answer.ok || mine !== state.asked) return;
      const html = await answer.text();
      if (mine !== state.asked || document.activeElement !== input) return;
      // The same site's server rendered and escaped it, as with any htmx fragment.
      boxOf(combo).innerHTML = html;
      const some = optionsOf(combo).length > 0;
      boxOf(combo).hidden = !html.trim();
      input.setAttribute("aria-expanded", String(some));
      if (some && combo.dataset.first !== "off") choose(combo, optionsOf(combo)[0]);
    } catch (error) {
      if (error.name !== "AbortError") close(combo);
    }
  }

  function take(combo, option) {
    const input = inputOf(combo);
    if (option.dataset.opens !== undefined) { open(combo, option); return; }
    if (option.dataset.href) { window.location.assign(option.dataset.href); return; }
    const target = combo.dataset.fills ? document.getElementById(combo.dataset.fills) : null;
    if (target) { target.value = option.dataset.value; input.value = option.dataset.label || option.dataset.value; }
    else input.value = option.dataset.value;
    close(combo);
    input.dispatchEvent(new CustomEvent("claimline:taken", { bubbles: true, detail: option.dataset.value }));
    if (combo.dataset.submit !== "off") input.form?.requestSubmit();
  }

  document.addEventListener("input", (event) => {
    const combo = event.target.closest?.("[data-typeahead]");
    if (!combo || event.target !== inputOf(combo)) return;
    const state = stateOf(combo);
    window.clearTimeout(state.timer);
    state.opened = false;
    state.asked += 1;  // an answer on its way is for what was typed before
    choose(combo, null);
    state.timer = window.setTimeout(() => ask(combo), WAIT);
  });

  document.addEventListener("keydown", (event) => {
    const combo = event.target.closest?.("[data-typeahead]");
    if (!combo || event.target !== inputOf(combo) || event.isComposing) return;
    const options = optionsOf(combo);
    const here = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!options.length) return;
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(combo, options[(here + step + options.length) % options.length]);
    } else if (event.key === "ArrowRight" && here >= 0 && options[here].dataset.opens !== undefined
      && atEnd(event.target)) {
      event.preventDefault();
      open(combo, options[here]);
    } else if (event.key === "Enter" && !event.ctrlKey && here >= 0) {
      event.preventDefault();
      take(combo, options[here]);
    } else if (event.key === "Escape" && !boxOf(combo).hidden) {
      event.preventDefault();
      event.stopPropagation();
      close(combo);
    }
  });

  document.addEventListener("mousedown", (event) => {
    const option = event.target.closest?.("[data-typeahead] [role=option]");
    if (!option) return;
    event.preventDefault();  // the field keeps the focus
    take(option.closest("[data-typeahead]"), option);
  });

  document.addEventListener("focusout", (event) => {
    const combo = event.target.closest?.("[data-typeahead]");
    if (combo && !combo.contains(event.relatedTarget)) close(combo);
  });
})();
