/* Theme and density change at once; the form behind the buttons keeps the choice on the server. */
"use strict";
(() => {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-appearance]");
    if (!form || !event.submitter?.name) return;
    event.preventDefault();
    const { name, value } = event.submitter;
    const attribute = `data-${name}`;
    if (value) document.documentElement.setAttribute(attribute, value);
    else document.documentElement.removeAttribute(attribute);
    form.querySelectorAll(`button[name="${CSS.escape(name)}"]`).forEach((button) => {
      button.setAttribute("aria-pressed", String(button === event.submitter));
    });
    const body = new FormData(form);
    body.set(name, value);
    await fetch(form.action, { method: "POST", body, redirect: "manual" });
  });
})();
