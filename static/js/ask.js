/* A question to the provider: what stands in brackets is chosen, so that typing replaces it. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const text = document.getElementById("id_text");
  if (!text || document.querySelector(".error-sum")) return;
  text.focus();
  const start = text.value.indexOf("[");
  const end = text.value.indexOf("]", start);
  if (start >= 0 && end > start) text.setSelectionRange(start, end + 1);
});
