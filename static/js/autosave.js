/* Autosave: a form with data-autosave posts its draft on blur and two seconds after typing. */
"use strict";
(() => {
  const timers = new WeakMap();
  const sent = new WeakMap();

  function say(form, text) {
    const place = document.querySelector(form.dataset.savedIn || "[data-saved]");
    if (place) place.textContent = text;
  }

  async function save(form) {
    window.clearTimeout(timers.get(form));
    const body = new FormData(form);
    const content = new URLSearchParams(body).toString();
    if (content === sent.get(form)) return;
    sent.set(form, content);
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const now = new Date();
      say(form, `Saved ${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`);
    } catch {
      sent.delete(form);
      say(form, "Not saved yet, trying again");
      timers.set(form, window.setTimeout(() => save(form), 5000));
    }
  }

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (!form?.dataset.autosave) return;
    window.clearTimeout(timers.get(form));
    timers.set(form, window.setTimeout(() => save(form), 2000));
  });
  document.addEventListener("focusout", (event) => {
    const form = event.target.form;
    if (form?.dataset.autosave && timers.has(form)) save(form);
  });
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
    const forms = document.querySelectorAll("form[data-autosave]");
    if (!forms.length) return;
    event.preventDefault();
    forms.forEach(save);
  });
})();
