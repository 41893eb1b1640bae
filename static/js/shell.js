/* Small manners of the shell: menus close, dialogs open and close, toasts go, errors get focus. */
"use strict";
(() => {
  const openMenus = () => document.querySelectorAll("details.menu[open]");

  document.addEventListener("click", (event) => {
    openMenus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
    const opener = event.target.closest("[data-dialog]");
    if (opener && openDialog(opener.dataset.dialog)) event.preventDefault();
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog").close();
    if (event.target.closest("[data-print]")) window.print();
    const dismiss = event.target.closest("[data-dismiss]");
    if (dismiss) dismiss.closest(".toast").remove();
    if (event.target.matches("dialog.dialog")) event.target.close();  // the backdrop
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    openMenus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });

  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (!dialog || !dialog.showModal) return false;
    openMenus().forEach((menu) => { menu.open = false; });
    if (!dialog.open) dialog.showModal();
    dialog.dispatchEvent(new CustomEvent("claimline:opened", { bubbles: true }));
    if (dialog.dataset.src) {
      const body = document.getElementById(`${id}-body`);
      window.htmx.ajax("GET", dialog.dataset.src, { target: body, swap: "innerHTML" })
        .then(() => body.querySelector("input:not([type=hidden])")?.focus());
    }
    return true;
  }

  function focusErrors(root) {
    const summary = (root.querySelectorAll ? root : document).querySelector("[data-focus]");
    if (summary) summary.focus();
  }

  function fadeToasts(root) {
    root.querySelectorAll?.(".toast.success, .toast.info").forEach((toast) => {
      window.setTimeout(() => { if (!toast.matches(":hover, :focus-within")) toast.remove(); }, toast.querySelector("form") ? 10000 : 8000);
    });
  }

  /* A part of the page could not be loaded: say so, keep what is there. */
  function trouble(text) {
    const place = document.getElementById("toasts");
    if (!place) return;
    const toast = document.createElement("div");
    toast.className = "toast error";
    const words = document.createElement("span");
    words.textContent = text;
    const button = document.createElement("button");
    button.className = "btn btn-s btn-quiet";
    button.type = "button";
    button.dataset.dismiss = "";
    button.textContent = "Dismiss";
    toast.append(words, button);
    place.replaceChildren(toast);
  }

  document.addEventListener("htmx:responseError", (event) => {
    const answer = event.detail.xhr;
    if (event.detail.requestConfig?.headers?.["X-Heartbeat"]) return;
    const reference = (answer.getResponseHeader("X-Request-ID") || "").slice(-12);
    const words = {
      403: "You may not do that.",
      404: "That is no longer there.",
      405: "That cannot be done here.",
    }[answer.status] || "Something went wrong on our side; nothing was half done.";
    trouble(reference ? `${words} Reference ${reference}` : words);
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (event.detail.requestConfig?.headers?.["X-Heartbeat"]) return;
    trouble("No connection. Nothing was sent; try again.");
  });

  document.addEventListener("DOMContentLoaded", () => { focusErrors(document); fadeToasts(document); });
  document.addEventListener("htmx:load", (event) => { focusErrors(event.target); });
  document.addEventListener("htmx:oobAfterSwap", (event) => fadeToasts(event.target));
})();
