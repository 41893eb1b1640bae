/* The coding screen: typed entries never lose the focus. Changes are sent one after the other in the
   order they were typed, and each answer replaces the parts it is about. Without this script every
   form is an ordinary post. */
"use strict";
(() => {
  const waiting = [];
  let busy = false;
  let refocus = null;  // the row whose letter gets the focus back when it has moved
  let first = false;  // a key pressed on behalf of a coder goes before what waits already

  const byId = (id) => document.getElementById(id);
  const screen = () => document.querySelector("[data-coding]");
  const entries = () => [...document.querySelectorAll("form[data-entry] input[name=q]")];

  /* -- parts ------------------------------------------------------------------------------- */

  function swap(html) {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const inPart = document.activeElement?.closest(".part") !== null;
    let hits = null;
    [...fresh.body.children].forEach((part) => {
      const old = part.id ? byId(part.id) : null;
      if (!old) return;
      if (part.id === "dx-hits-box") { hits = part; return; }
      if (part.id === "note-text" && old.innerHTML === part.innerHTML) return;  // reading goes on
      if (part.id === "quotes-part") keepTyped(old, part);
      old.replaceWith(part);
      window.htmx?.process(part);
    });
    count();
    document.querySelectorAll("form[data-entry]").forEach((form) => {
      const problem = byId(`${form.dataset.entry}-problem`);
      form.querySelector(".entry").classList.toggle("has-error", problem !== null && problem.textContent.trim() !== "");
    });
    focusMoved();
    if (inPart && document.activeElement === document.body) byId("dx")?.focus();
    return hits;
  }

  // A quote that is being written outlives the change of another code.
  function keepTyped(old, part) {
    const was = old.querySelector("[name=words]");
    const now = part.querySelector("[name=words]");
    if (was && now && !now.value && document.activeElement === was) {
      now.value = was.value;
      window.setTimeout(() => now.focus());
    }
    const list = part.querySelector("details");
    if (list) list.open = old.querySelector("details")?.open ?? false;
  }

  function count() {
    const dx = document.querySelectorAll("#dx-part .dx > li").length;
    const lines = document.querySelectorAll("#line-part tbody tr").length;
    const mark = (name, text) => {
      const place = document.querySelector(`[data-next=${name}]`);
      if (place) place.textContent = text;
    };
    mark("dx", dx < 12 ? String.fromCharCode(65 + dx) : "");
    mark("line", String(lines + 1));
  }

  function openBelow(hits) {
    const box = byId("dx-hits-box");
    if (!hits || document.activeElement !== byId("dx")) return;
    box.replaceChildren(...hits.childNodes);
    box.hidden = false;
    byId("dx").setAttribute("aria-expanded", "true");
    box.querySelector("[role=option]")?.setAttribute("aria-selected", "true");
  }

  function notSaved(text) {
    const place = byId("saved");
    if (place) place.textContent = text;
  }

  /* -- the row of changes ------------------------------------------------------------------ */

  function enqueue(...changes) {
    if (first) waiting.unshift(...changes); else waiting.push(...changes);
    if (!busy) work();
  }

  async function work() {
    busy = true;
    while (waiting.length) {
      const change = waiting.shift();
      if (change.look) { await look(change.look).catch(() => notSaved("No answer from the server. Open it again.")); continue; }
      if (change.press) {
        first = true;
        document.querySelector(`[data-key="${change.press}"]`)?.click();
        first = false;
        continue;
      }
      try {
        await send(change);
      } catch {
        keep(change);
        dropEnds();
        notSaved("Not saved: no answer from the server. Press Enter to try again.");
      }
    }
    busy = false;
  }

  // The tab at the right stays open while codes change; what was seen goes with each change.
  function withPlace(body) {
    const side = document.querySelector("[data-side-open]")?.dataset.sideOpen;
    const version = document.querySelector("[data-version]")?.dataset.version;
    if (side) body.set("side", side);
    if (version) body.set("version", version);
    return body;
  }

  async function send(change) {
    const answer = await fetch(change.url, {
      method: "POST", body: withPlace(change.body), headers: { "HX-Request": "true" }, credentials: "same-origin",
    });
    const target = answer.headers.get("HX-Redirect");
    if (target) { await go(target); return; }
    if (answer.ok) { swap(await answer.text()); told(change.url); return; }
    dropEnds();
    if (answer.status === 422 || answer.status === 409) {
      keep(change);
      openBelow(swap(await answer.text()));
      told(change.url);
      return;
    }
    keep(change);
    notSaved(answer.status === 403 ? "Not saved: your role may not do this." : "Not saved. Load the page again.");
  }

  // Others act on the new parts: em.js on those of the worksheet.
  function told(url) {
    document.dispatchEvent(new CustomEvent("claimline:parts", { detail: url }));
  }

  function keep(change) {
    if (change.entry && change.entry.isConnected && !change.entry.value) change.entry.value = change.text;
  }

  // What failed may be what finishing counted on.
  function dropEnds() {
    for (let i = waiting.length - 1; i >= 0; i -= 1) {
      if (waiting[i].press === "Ctrl+Enter" || waiting[i].isEnd) waiting.splice(i, 1);
    }
  }

  /* -- from one encounter to the next without loading the page -------------------------------- */

  const ahead = { url: "", html: "" };

  // The encounter that follows is loaded while this one is coded.
  function loadAhead() {
    const url = document.querySelector("[data-ahead]")?.dataset.ahead;
    if (!url || url === ahead.url) return;
    ahead.url = url;
    ahead.html = "";
    window.setTimeout(async () => {
      if (ahead.url !== url) return;
      try {
        const answer = await fetch(url, { headers: { "X-Loaded-Ahead": "true" }, credentials: "same-origin" });
        if (answer.ok && !answer.redirected && ahead.url === url) ahead.html = await answer.text();
      } catch { /* It is loaded when it is wanted. */ }
    }, 1200);
  }

  function show(html, url) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.querySelector(".app > .main");
    const main = document.querySelector(".app > .main");
    if (!fresh || !main) { window.location.assign(url); return false; }
    waiting.length = 0;
    document.title = page.title;
    document.querySelector(".app").className = page.querySelector(".app").className;
    main.replaceWith(fresh);
    ["nav.crumbs", ".top > .step"].forEach((name) => {
      const old = document.querySelector(name);
      const now = page.querySelector(name);
      if (old && now) old.replaceWith(now); else if (old) old.remove();
      else if (now) document.querySelector("nav.crumbs").after(now);
    });
    const said = page.getElementById("toasts");
    if (said?.children.length) byId("toasts")?.replaceWith(said);
    window.history.pushState({ coding: true }, "", url);
    window.htmx?.process(fresh);
    document.dispatchEvent(new CustomEvent("claimline:page"));
    const place = byId("dx") || byId("work");
    place?.focus();
    return true;
  }

  async function go(url) {
    if (ahead.html && new URL(url, window.location.href).href === new URL(ahead.url, window.location.href).href) {
      const html = ahead.html;
      ahead.html = "";
      if (!show(html, url)) return;
      await refresh("side=edits");  // with what was said, and as things stand now
    } else {
      const answer = await fetch(url, { credentials: "same-origin" });
      if (!answer.ok) { window.location.assign(url); return; }
      if (!show(await answer.text(), answer.url || url)) return;
    }
    loadAhead();
  }

  // A part of this page as it is now.
  async function refresh(query) {
    const url = new URL(window.location.href);
    url.hash = "";
    new URLSearchParams(query).forEach((value, name) => url.searchParams.set(name, value));
    const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
    if (!answer.ok) { window.location.reload(); return false; }
    swap(await answer.text());
    return true;
  }

  // The browser's own autofocus waits for its first frame: who types at once would lose a letter.
  function focusFirst() {
    const place = document.querySelector("#dx[autofocus]");
    if (screen() && document.activeElement === document.body) place?.focus();
  }

  document.addEventListener("DOMContentLoaded", () => { focusFirst(); loadAhead(); });

  window.addEventListener("popstate", (event) => {
    if (event.state?.coding || screen()) window.location.reload();
  });

  /* -- typing ------------------------------------------------------------------------------- */

  function command(input, text) {
    const [word, ...rest] = text.split(/\s+/);
    if (word === "/hold") {
      const menu = byId("hold-menu");
      input.value = "";
      menu.open = true;
      byId("hold-reason").value = rest.join(" ");
      byId("hold-reason").focus();
    } else if (word === "/next") {
      input.value = "";
      document.querySelector('[data-key="Ctrl+Enter"]')?.click();
    } else {
      const named = document.querySelector(`[data-word="${CSS.escape(word)}"]`);
      if (named) { input.value = ""; named.click(); return; }
      const known = [...document.querySelectorAll("[data-word]")].map((one) => one.dataset.word);
      byId(`${input.id}-problem`).textContent = `There is no ${word}. There are ${["/hold", "/next", ...known].join(", ")}.`;
    }
  }

  function enter(form) {
    const input = form.querySelector("input[name=q]");
    const text = input.value.trim();
    if (!text) {
      if (form.dataset.entry === "dx") byId("line")?.focus();
      return;
    }
    if (text.startsWith("/")) command(input, text); else enqueue(taken(form));
  }

  // What was typed, out of its entry and on its way.
  function taken(form) {
    const input = form.querySelector("input[name=q]");
    const text = input.value.trim();
    const body = new FormData(form);
    input.value = "";
    // The typeahead closes as if the entry were left: no late answer opens its list again.
    input.dispatchEvent(new FocusEvent("focusout", { bubbles: true }));
    const problem = byId(`${form.dataset.entry}-problem`);
    if (problem) problem.textContent = "";
    return { url: form.action, body, entry: input, text };
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!screen() || !(form instanceof HTMLFormElement)) return;
    if (form.dataset.entry) {
      event.preventDefault();
      enter(form);
      return;
    }
    if (!("command" in form.dataset)) return;
    event.preventDefault();
    const isEnd = form.dataset.command === "finish";
    const typed = isEnd ? entries().filter((input) => input.value.trim()) : [];
    if (typed.length) {  // what stands in an entry counts, too; then finish what came of it
      enqueue(...typed.map((input) => taken(input.form)), { press: "Ctrl+Enter" });
      return;
    }
    enqueue({ url: form.action, body: new FormData(form, event.submitter), isEnd });
  });

  document.addEventListener("keydown", (event) => {
    if (!screen()) return;
    const chord = event.ctrlKey || event.metaKey;
    if (chord && !event.shiftKey && (event.key === "." || event.key === "Enter") && busy) {
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting.push({ press: event.key === "." ? "Ctrl+." : "Ctrl+Enter" });
      return;
    }
    if (chord && event.shiftKey && event.code === "Period") { event.preventDefault(); openOverride(); return; }
    if (chord && event.key.toLowerCase() === "z" && !event.target.closest?.("input, textarea, select")) {
      event.preventDefault();
      document.querySelector("[data-key=u]")?.click();
      return;
    }
    if (event.key === "Escape" && event.target.matches?.("#dx, #line") && byId(`${event.target.id}-hits-box`).hidden) {
      event.target.blur();  // single keys are for outside the boxes
      return;
    }
    if (usualReason(event) || moveByKey(event)) { event.preventDefault(); return; }
    const input = event.target;
    if (input.id === "line" && event.key === "Enter" && event.shiftKey) {
      event.preventDefault();
      byId("dx")?.focus();
    } else if (input.id === "line" && event.key === "ArrowUp" && !input.value) {
      const last = [...document.querySelectorAll("#line-part [data-edit]")].pop();
      if (last) { event.preventDefault(); last.click(); }
    } else if (event.key === "Escape" && input.matches?.("[data-editing]")) {
      event.preventDefault();
      input.form.querySelector("[data-edit]")?.click();
    }
  }, true);

  /* -- overriding by key: the first finding that takes a reason, then a digit for a usual one ------- */

  function openOverride() {
    const box = document.querySelector("details[data-override]");
    if (!box) return;
    box.open = true;
    box.querySelector("[name=reason]").focus();
  }

  function usualReason(event) {
    const input = event.target;
    if (input.name !== "reason" || input.value || !/^[1-9]$/.test(event.key)) return false;
    const button = input.form?.querySelector(`[data-digit="${event.key}"]`);
    if (button) { byId("dx")?.focus(); button.click(); }
    return Boolean(button);
  }

  /* -- moving: letters and arrows on the letter itself, or dragging ------------------------------- */

  function moveTo(row, to) {
    const form = row.querySelector("form[data-move]");
    if (!form || to === Number(row.dataset.movable)) return;
    const body = new FormData(form);
    body.set("to", String(to));
    refocus = { line: row.matches("tr"), at: to };
    enqueue({ url: form.action, body });
  }

  function focusMoved() {
    if (!refocus) return;
    const rows = document.querySelectorAll(refocus.line ? "#line-part tr[data-movable]" : "#dx-part li[data-movable]");
    const row = rows[Math.max(0, Math.min(refocus.at, rows.length) - 1)];
    refocus = null;
    row?.querySelector("[data-grip]")?.focus();
  }

  function moveByKey(event) {
    const input = event.target;
    if (input.id === "dx" && event.key === "ArrowUp" && !input.value && byId("dx-hits-box").hidden) {
      const last = [...document.querySelectorAll("#dx-part [data-grip]")].pop();
      last?.focus();
      return Boolean(last);
    }
    if (!input.matches?.("[data-grip]")) return false;
    const row = input.closest("[data-movable]");
    const here = Number(row.dataset.movable);
    const isArrow = event.key === "ArrowUp" || event.key === "ArrowDown";
    const step = event.key === "ArrowUp" ? -1 : 1;
    if (isArrow && event.altKey) { moveTo(row, Math.max(1, here + step)); return true; }
    if (isArrow) {
      const next = row.parentElement.querySelector(`[data-movable="${here + step}"] [data-grip]`);
      if (next) next.focus(); else if (step > 0) (row.matches("tr") ? byId("line") : byId("dx"))?.focus();
      return true;
    }
    if (row.matches("li") && /^[a-l]$/i.test(event.key) && !event.ctrlKey && !event.metaKey) {
      moveTo(row, event.key.toUpperCase().charCodeAt(0) - 64);
      return true;
    }
    return false;
  }

  let dragged = null;
  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-movable]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
    dragged.classList.add("is-dragged");
  });
  document.addEventListener("dragover", (event) => {
    const over = event.target.closest?.("[data-movable]");
    if (dragged && over && over.parentElement === dragged.parentElement) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const over = event.target.closest?.("[data-movable]");
    if (!dragged || !over || over.parentElement !== dragged.parentElement) return;
    event.preventDefault();
    moveTo(dragged, Number(over.dataset.movable));
  });
  document.addEventListener("dragend", () => { dragged?.classList.remove("is-dragged"); dragged = null; });

  /* -- quoting: marked words of the note go into the form below it --------------------------------- */

  function textBefore(place, node, offset) {
    const range = document.createRange();
    range.setStart(place, 0);
    range.setEnd(node, offset);
    const piece = range.cloneContents();
    piece.querySelectorAll(".letter, .add-code").forEach((one) => one.remove());
    return piece.textContent.length;
  }

  document.addEventListener("selectionchange", () => {
    const chosen = document.getSelection();
    const form = byId("quote-form");
    if (!form || !chosen || chosen.isCollapsed || !chosen.rangeCount) return;
    const range = chosen.getRangeAt(0);
    const place = (range.startContainer.parentElement || range.startContainer).closest?.("#note-text [data-start]");
    if (!place || !place.contains(range.endContainer)) return;
    const piece = range.cloneContents();
    piece.querySelectorAll(".letter, .add-code").forEach((one) => one.remove());
    const words = piece.textContent.trim();
    if (words.length < 2) return;
    form.elements.words.value = words;
    form.elements.note.value = place.dataset.note;
    form.elements.start.value = String(Number(place.dataset.start) + textBefore(place, range.startContainer, range.startOffset));
  });

  /* -- changing a line in its row, the side tabs ------------------------------------------------ */

  document.addEventListener("click", (event) => {
    const pane = byId("findings");
    if (event.target.closest?.(".side-close") && pane?.classList.contains("is-open")) {
      event.preventDefault();
      pane.classList.remove("is-open");
      byId("line")?.focus();
      return;
    }
    const link = event.target.closest?.("a[data-edit], a[data-side], a[data-doc]");
    if (!link || !screen() || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    enqueue({ look: { ...link.dataset } });  // what was typed before comes first
  });

  async function look(wanted) {
    const asked = ["edit", "side", "doc"].find((name) => name in wanted);
    if (!await refresh(`${asked}=${wanted[asked]}`)) return;
    if (wanted.edit) {
      const input = document.querySelector("[data-editing]");
      input?.focus();
      input?.setSelectionRange(input.value.length, input.value.length);
    } else if ("edit" in wanted) {
      byId("line")?.focus();
    } else if ("side" in wanted) {
      byId("findings")?.classList.add("is-open");
    }
    told(window.location.href);
  }

  /* -- find in note ----------------------------------------------------------------------------- */

  function unmark(note) {
    note.querySelectorAll("mark.found").forEach((mark) => mark.replaceWith(...mark.childNodes));
    note.normalize();
  }

  function mark(note, term) {
    const walker = document.createTreeWalker(note, NodeFilter.SHOW_TEXT, {
      acceptNode: (node) => (node.parentElement.closest("form, summary") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT),
    });
    const nodes = [];
    while (walker.nextNode()) nodes.push(walker.currentNode);
    let found = 0;
    nodes.forEach((node) => {
      for (let at = node.data.toLowerCase().indexOf(term); at >= 0; at = node.data.toLowerCase().indexOf(term)) {
        const hit = node.splitText(at);
        node = hit.splitText(term.length);
        const box = document.createElement("mark");
        box.className = "found";
        hit.replaceWith(box);
        box.append(hit);
        found += 1;
      }
    });
    return found;
  }

  document.addEventListener("input", (event) => {
    if (event.target.id !== "find-in-note") return;
    const note = byId("note");
    const said = byId("found-in-note");
    said.dataset.before ??= said.textContent;
    unmark(note);
    const term = event.target.value.trim().toLowerCase();
    if (term.length < 2) { said.textContent = said.dataset.before; return; }
    const found = mark(note, term);
    said.textContent = found ? `${found} found` : "Not in the note";
    note.querySelector("mark.found")?.scrollIntoView({ block: "nearest" });
  });

  window.addEventListener("beforeunload", (event) => {
    if (busy || waiting.length) event.preventDefault();
  });
})();
