/* Lists: a focused row moved by j and k, selected with x, opened with Enter; count and sum of the selection. */
"use strict";
(() => {
  const table = () => document.querySelector("[data-list]");
  const rows = () => [...(table()?.tBodies[0]?.rows ?? [])].filter((row) => row.dataset.href);
  const focused = () => table()?.querySelector("tr.is-focused");
  const box = (row) => row.querySelector("input[name=ids]");

  function focusRow(row) {
    if (!row) return;
    focused()?.classList.remove("is-focused");
    row.classList.add("is-focused");
    row.scrollIntoView({ block: "nearest" });
    const link = row.querySelector("th a, td a");
    link?.focus({ preventScroll: true });
    const foot = row.closest("[data-list]");
    foot.dispatchEvent(new CustomEvent("claimline:row", { bubbles: true, detail: row }));
  }

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const here = all.indexOf(focused());
    focusRow(all[Math.max(0, Math.min(all.length - 1, here < 0 ? 0 : here + step))]);
  }

  function mark(row, on) {
    const input = box(row);
    if (!input) return;
    input.checked = on;
    row.classList.toggle("is-selected", on);
    total();
  }

  /* A key of the selection bar, without a selection, means the row one stands on. */
  function press(event) {
    event.preventDefault();
    document.querySelector(`.bulk [data-key="${CSS.escape(event.key)}"]`).click();
  }

  function total() {
    const bulk = document.querySelector(".bulk");
    if (!bulk) return;
    const chosen = rows().filter((row) => box(row)?.checked);
    bulk.hidden = chosen.length === 0;
    const cents = chosen.reduce((sum, row) => sum + BigInt(row.dataset.cents || 0), 0n);
    const text = `${chosen.length} selected`;
    const plain = (cents < 0n ? -cents : cents).toString().padStart(3, "0");
    const whole = plain.slice(0, -2).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
    const money = `${cents < 0n ? "−" : ""}$${whole}.${plain.slice(-2)}`;
    bulk.querySelector("[data-count]").textContent =
      table().hasAttribute("data-money") ? `${text} · ${money}` : text;
    const all = document.querySelector("[data-select-all]");
    if (all) {
      all.checked = chosen.length > 0 && chosen.length === rows().length;
      all.indeterminate = chosen.length > 0 && !all.checked;
    }
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) {
      rows().forEach((row) => mark(row, event.target.checked));
    } else if (event.target.matches("input[name=ids]")) {
      mark(event.target.closest("tr"), event.target.checked);
    } else if (event.target.matches("[data-submit]")) {
      event.target.form.requestSubmit();
    }
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-clear-selection]")) rows().forEach((row) => mark(row, false));
    const row = event.target.closest("[data-list] tbody tr");
    if (row && row.dataset.href && !event.target.closest("a, button, input, label, summary")) focusRow(row);
  });

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.("[data-list] tbody tr");
    if (row && row !== focused()) {
      focused()?.classList.remove("is-focused");
      row.classList.add("is-focused");
    }
  });

  document.addEventListener("keydown", (event) => {
    if (!table() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.querySelector("dialog[open]") || document.documentElement.dataset.keys === "off") return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, .menu, .buckets, .top")) return;
    const row = focused();
    const done = () => event.preventDefault();
    if (event.key === "ArrowDown" && event.shiftKey) { done(); if (row) mark(row, true); move(1); if (focused()) mark(focused(), true); }
    else if (event.key === "j" || event.key === "ArrowDown") { done(); move(1); }
    else if (event.key === "k" || event.key === "ArrowUp") { done(); move(-1); }
    else if (row && !document.querySelector("input[name=ids]:checked") && document.querySelector(`.bulk [data-key="${CSS.escape(event.key)}"]`)) { mark(row, true); press(event); }
    else if (event.key === "x" && row) { done(); mark(row, !box(row)?.checked); }
    else if ((event.key === "o" || event.key === "Enter") && row) {
      if (event.key === "Enter" && event.target.closest("a, button") && !row.dataset.peek) return;
      done();
      row.dispatchEvent(new CustomEvent("claimline:open", { bubbles: true, cancelable: true, detail: row }));
    }
  });

  document.addEventListener("claimline:open", (event) => {
    const row = event.detail;
    if (!row.dataset.peek || window.innerWidth < 1024) window.location.assign(row.dataset.href);
  });

  /* Back from a record: on the row it was opened from. */
  document.addEventListener("DOMContentLoaded", () => {
    const id = window.location.hash.slice(1);
    if (id.startsWith("row-")) focusRow(rows().find((row) => row.id === id));
  });

  document.addEventListener("htmx:afterSettle", () => { total(); });
})();
