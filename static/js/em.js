/* The E/M worksheet by keys: 1 to 4 tick a row and go on to the next, Enter saves, Esc goes back to
   the line entry. Digits typed before the worksheet has come are kept for it. What it supports is said
   by the server while one ticks. Without this script the worksheet is an ordinary form. */
"use strict";
(() => {
  const WAIT = 5000;
  let early = null;   // keys typed after /em and before its answer, until Enter or Esc ends them
  let draft = null;   // what is ticked and not saved: the tab may be drawn anew meanwhile
  let asked = 0;
  let timer = 0;

  const byId = (id) => document.getElementById(id);
  const form = () => byId("em-form");
  const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.altKey);

  function start(row) {
    (row.querySelector(":checked") || row.querySelector("input")).focus();
  }

  function tick(row, digit) {
    const radio = row.querySelector(`input[value="${digit}"]`);
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    const rows = [...form().querySelectorAll("[data-em-row]")];
    const next = rows[rows.indexOf(row) + 1];
    if (next) { start(next); return; }
    byId("em-minutes").focus();
    byId("em-minutes").select();
  }

  function save() {
    const sheet = form();
    sheet.requestSubmit(sheet.querySelector("[data-em-apply]"));
  }

  function leave() {
    byId("findings")?.classList.remove("is-open");
    byId("line")?.focus();
  }

  function press(key) {
    const row = document.activeElement?.closest?.("[data-em-row]");
    if (key === "Enter") save();
    else if (key === "Escape") leave();
    else if (row && "1234".includes(key)) tick(row, key);
    else if (!row && document.activeElement === byId("em-minutes")) byId("em-minutes").value += key;
  }

  /* -- opening -------------------------------------------------------------------------------- */

  document.addEventListener("click", (event) => {
    if (event.target.closest?.('a[data-side="em"]') && isPlain(event)) {
      early = { keys: [], isOver: false, until: Date.now() + WAIT };
    }
  }, true);

  function opened() {
    const { keys } = early;
    early = null;
    if (!form()) return;
    start(form().querySelector("[data-em-row]"));
    keys.forEach(press);
  }

  /* -- keys ----------------------------------------------------------------------------------- */

  document.addEventListener("keydown", (event) => {
    if (early && Date.now() > early.until) early = null;
    if (early && !early.isOver && isPlain(event) && /^(\d|Enter|Escape)$/.test(event.key)) {
      early.keys.push(event.key);
      early.isOver = event.key.length > 1;
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    const pane = event.target.closest?.(".em-pane");
    if (!pane || !isPlain(event)) return;
    const row = event.target.closest("[data-em-row]");
    if (event.key === "Escape") {
      event.preventDefault();
      leave();
    } else if (row && /^[1-4]$/.test(event.key)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      tick(row, event.key);
    } else if (row && event.key === "Enter") {
      event.preventDefault();
      event.stopImmediatePropagation();
      save();
    }
  }, true);

  document.addEventListener("submit", (event) => {
    if (event.target !== form()) return;
    draft = null;
    asked += 1;  // an answer on its way is about what was before
    window.clearTimeout(timer);
    byId("line")?.focus();
  });

  /* -- what it supports, while one ticks ---------------------------------------------------------- */

  function changed(event) {
    const sheet = form();
    if (!sheet || !sheet.contains(event.target)) return;
    draft = { action: sheet.action, values: [...new FormData(sheet)], sheet };
    window.clearTimeout(timer);
    timer = window.setTimeout(look, 120);
  }

  async function look() {
    const sheet = form();
    if (!sheet) return;
    asked += 1;
    const mine = asked;
    const answer = await fetch(sheet.dataset.look, {
      method: "POST", body: new FormData(sheet), headers: { "HX-Request": "true" }, credentials: "same-origin",
    }).catch(() => null);
    if (!answer?.ok) return;  // saving says it all the same
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("em-result");
    if (fresh && mine === asked && sheet.isConnected) byId("em-result").replaceWith(fresh);
  }

  document.addEventListener("change", changed);
  document.addEventListener("input", changed);

  /* -- the parts are new ---------------------------------------------------------------------------- */

  function restore() {
    const sheet = form();
    if (!sheet || draft?.action !== sheet.action || draft.sheet === sheet) return;
    const values = new Map(draft.values);
    ["problems", "data", "risk"].forEach((name) => {
      sheet.querySelectorAll(`input[name=${name}]`).forEach((radio) => { radio.checked = radio.value === values.get(name); });
    });
    ["family", "minutes", "note"].forEach((name) => { sheet.elements[name].value = values.get(name); });
    draft.sheet = sheet;
    look();
  }

  document.addEventListener("claimline:parts", (event) => {
    restore();
    if (early && document.querySelector('[data-side-open="em"]')) { opened(); return; }
    const place = byId("em-problem") || byId("em-ask");
    const line = byId("line");
    const isIdle = document.activeElement === line && !line?.value;
    if (place && isIdle && /\/em\/$/.test(new URL(event.detail, window.location.href).pathname)) place.focus();
  });
})();
