/* Jobs: a heartbeat while the page is looked at, and a polite word at the quarters of a running job. */
"use strict";
(() => {
  const BEAT = 15000;
  const told = new Map();

  window.setInterval(() => {
    if (document.visibilityState === "visible") document.body.dispatchEvent(new CustomEvent("claimline:tick"));
  }, BEAT);

  document.addEventListener("htmx:afterSettle", () => {
    document.querySelectorAll("[data-job]").forEach((card) => {
      const quarter = Math.floor(Number(card.dataset.percent || 0) / 25) * 25;
      const last = told.get(card.dataset.job);
      told.set(card.dataset.job, quarter);
      const place = document.getElementById("job-news");
      if (place && last !== undefined && quarter > last) place.textContent = `${card.dataset.title}: ${quarter} %`;
    });
  });
})();
