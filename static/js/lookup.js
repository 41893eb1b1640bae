/* Code look-up: F4 in the coding screen opens it beside; arrows move in the tabular list; a code is
   copied. Without this script every step is a link. */
"use strict";
(() => {
  document.addEventListener("keydown", (event) => {
    const opener = document.querySelector("[data-look-up]")?.dataset.lookUp;
    if (event.key !== "F4" || !opener || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const typed = document.activeElement?.matches("#dx, #line") ? document.activeElement.value.trim() : "";
    window.open(typed ? `${opener}&q=${encodeURIComponent(typed)}` : opener, "_blank");
  });

  /* -- the tree ---------------------------------------------------------------------------- */

  let last = "";  // where one was: while the tree is drawn anew nothing has the focus

  document.addEventListener("focusin", (event) => {
    last = event.target.closest("[data-node]")?.id || "";
  });

  document.addEventListener("keydown", (event) => {
    const isNowhere = event.target === document.body && last;
    const node = isNowhere ? document.getElementById(last) : event.target.closest?.("[data-node]");
    if (!node || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const all = [...node.closest("[data-tree]").querySelectorAll("[data-node]")];
    const here = all.indexOf(node);
    const opens = node.getAttribute("aria-expanded");
    const above = node.closest("ul").closest("li")?.querySelector("[data-node]");
    let to = null;
    if (event.key === "ArrowDown") to = all[here + 1];
    else if (event.key === "ArrowUp") to = all[here - 1];
    else if (event.key === "ArrowRight") { if (opens === "false") node.click(); else if (opens === "true") to = all[here + 1]; }
    else if (event.key === "ArrowLeft") { if (opens === "true") fold(node); else to = above; }
    else return;
    event.preventDefault();
    to?.focus();
  });

  /* Folded, a node stays where one is: its page shows what is above it. */
  function fold(node) {
    const id = node.id;
    const url = node.dataset.fold;
    window.htmx.ajax("GET", url, { target: "#tree-part", swap: "outerHTML" }).then(() => {
      window.history.replaceState(window.history.state, "", url);
      document.getElementById(id)?.focus();
    });
  }

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target?.id !== "tree-part") return;
    showCopy();
    showHere();
  });

  /* Only the tree scrolls, not the page. */
  function showHere() {
    const here = document.querySelector("[data-node][aria-current]");
    const tree = here?.closest("[data-tree]");
    if (tree) tree.scrollTop += here.getBoundingClientRect().top - tree.getBoundingClientRect().top - tree.clientHeight / 3;
  }

  /* -- copying ----------------------------------------------------------------------------- */

  function showCopy() {
    if (!navigator.clipboard) return;
    document.querySelectorAll("[data-copy][hidden]").forEach((button) => { button.hidden = false; });
  }

  document.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = `${button.dataset.copy} copied`;
  });

  showCopy();
  showHere();
})();
