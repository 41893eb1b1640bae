/* Typing is work: a session must not end under a form that somebody fills in. */
"use strict";
(() => {
  const EVERY = 60000;
  let last = Date.now();

  document.addEventListener("input", () => {
    const url = document.body.dataset.awake;
    if (!url || Date.now() - last < EVERY) return;
    last = Date.now();
    // Without the heartbeat's header: this request is the person's.
    fetch(url, { headers: { "HX-Request": "true" } }).catch(() => { last = 0; });
  });
})();
