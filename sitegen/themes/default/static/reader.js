// From claim to note and back, by mouse, touch and keyboard; links and citations to take along; one verdict at a time.
// Everything is in the page without this. Its words stand in the page too: see reader.html.
(() => {
  "use strict";
  const root = document.documentElement;
  const find = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);

  const nameOf = (it) => (it.dataset.claim ? `c-${it.dataset.claim}` : it.dataset.note ? `n-${it.dataset.note}` : "");
  const markOf = (note) => byId(nameOf(note));
  const noteOf = (mark) => byId(`note-${mark.dataset.claim ?? mark.dataset.note}`);
  const referenceOf = (note) => find(`.noteref[href="#${CSS.escape(note.id)}"]`);
  const piecesOf = (note) => all(`mark[${note.dataset.claim ? `data-claim="${CSS.escape(note.dataset.claim)}"` : `data-note="${CSS.escape(note.dataset.note)}"`}]`);
  /** The note that an element of the page belongs to: by its mark, by its number, or because it stands in it. */
  const noteAt = (target) => {
    const it = target.closest?.(".prose mark[aria-details], h1 mark[aria-details], .noteref, .note");
    if (!it) return null;
    if (it.matches(".note")) return it.parentElement.matches(".prose > .margin") ? it : null;
    return byId(it.getAttribute("aria-details") ?? it.hash.slice(1));
  };
  const inMargin = (note) => getComputedStyle(note).position === "absolute";
  const arrange = () => document.dispatchEvent(new Event("sitegen:notes"));

  // --- the chosen claim, and the one that is pointed at

  let chosen = null;
  const flag = (note, name, on) => {
    for (const it of [note, ...piecesOf(note)]) it.toggleAttribute(name, on);
  };

  const choose = (note) => {
    if (chosen?.isConnected && chosen !== note) flag(chosen, "data-current", false);
    chosen = note;
    if (note) flag(note, "data-current", true);
    arrange();
    tell();
  };

  /** The address bar takes the claim's permalink. */
  const address = (note) => history.replaceState(history.state, "", `#${encodeURIComponent(nameOf(note))}`);

  /** Bring a claim into sight with its note, if both fit; in the middle of the screen for those who go step by step. */
  const reveal = (note, middle = false) => {
    const claim = (markOf(note) ?? note).getBoundingClientRect();
    const beside = note.getBoundingClientRect();
    const above = (parseFloat(getComputedStyle(root).scrollPaddingTop) || 0) + 8;
    let [top, bottom] = [Math.min(claim.top, beside.top), Math.max(claim.bottom, beside.bottom)];
    if (bottom - top > innerHeight - above) [top, bottom] = [claim.top, claim.bottom];
    let by = 0;
    if (middle) by = Math.max(top - innerHeight / 3, bottom - innerHeight);
    else if (bottom > innerHeight) by = bottom - innerHeight + 8;
    if (middle || top - by < above) by = middle ? Math.min(by, top - above) : top - above;
    if (by) scrollBy({ top: by });
  };

  const open = (note) => {
    note.toggleAttribute("data-open", true);
    choose(note);
  };
  const close = (note) => {
    note.removeAttribute("data-open");
    if (chosen === note) choose(null);
  };

  /** Go to a claim: its note is there to be read, and the address names it. */
  const go = (note, middle) => {
    open(note);
    address(note);
    reveal(note, middle);
  };

  // --- by hand

  const follow = (note, event) => {
    event.preventDefault();
    // The keyboard, and what acts for it, goes along; a hand taps again to close.
    const typed = event.detail === 0;
    if (!typed && !inMargin(note) && note.hasAttribute("data-open")) close(note);
    else go(note);
    if (typed) note.querySelector(".backlink")?.focus({ preventScroll: true });
  };

  const back = (note, event) => {
    event.preventDefault();
    const reference = referenceOf(note);
    go(note);
    reference?.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const { target } = event;
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !target.closest) return;
    const control = target.closest("a, button, summary, input, select, label, textarea");
    const note = noteAt(target);
    if (control?.matches(".permalink")) return copyLink(control, event);
    if (control?.matches(".backlink") && note) return back(note, event);
    if (control?.matches(".noteref") && note) return follow(note, event);
    if (control || !getSelection().isCollapsed) return undefined;
    if (target.closest("mark") && note) return follow(note, event);
    if (note) return choose(note);
    if (chosen && inMargin(chosen) && target.closest("main")) return choose(null);
    return undefined;
  });

  const light = (event) => {
    const note = noteAt(event.target);
    if (!note) return;
    const on = event.type === "pointerover" || event.type === "focusin";
    flag(note, "data-lit", on);
    draw(on ? note : chosen);
  };
  for (const kind of ["pointerover", "pointerout", "focusin", "focusout"]) document.addEventListener(kind, light);

  // --- the line from a note to its claim

  const SVG = document.createRange().createContextualFragment("<svg></svg>").firstChild.namespaceURI;
  const drawing = document.createElementNS(SVG, "svg");
  const line = drawing.appendChild(document.createElementNS(SVG, "path"));
  drawing.classList.add("leader");
  drawing.setAttribute("aria-hidden", "true");
  root.append(drawing);

  function draw(note) {
    const from = note && inMargin(note) && note.getClientRects()[0];
    const to = from && markOf(note)?.getClientRects()[0];
    drawing.toggleAttribute("data-on", Boolean(to));
    if (!to) return;
    drawing.dataset.verdict = note.dataset.verdict ?? "";
    // In the gap between text and margin the line leaves the height of the claim for that of the note.
    const after = from.left > to.left;
    const [begin, edge, end] = after ? [from.left - 4, -14, to.right + 3] : [from.right + 4, 14, to.left - 3];
    const [y, above] = [from.top + 1, to.bottom - 1];
    const at = (x, height) => `${Math.round(x + scrollX) + 0.5} ${Math.round(height + scrollY) + 0.5}`;
    line.setAttribute("d", `M${at(begin, y)}L${at(begin + edge, y)}L${at(begin + edge, above)}L${at(end, above)}`);
  }

  // --- step by step, and one verdict at a time

  const bar = () => find(".reader");
  let only = "";
  const sheet = new CSSStyleSheet({ media: "screen" });
  document.adoptedStyleSheets.push(sheet);

  /** The notes of the page's claims, in the order of the text, of the verdict that is looked at. */
  const claims = () => all("mark.claim[id]").filter((mark) => !only || mark.dataset.verdict === only).map(noteOf).filter(Boolean);

  const step = (by, typed) => {
    const notes = claims();
    if (!notes.length) return;
    let index = notes.indexOf(chosen) + by;
    if (!notes.includes(chosen)) {
      // Nothing is chosen: begin with what stands on the screen.
      const below = notes.findIndex((note) => markOf(note).getBoundingClientRect().top >= 0);
      index = by > 0 ? Math.max(below, 0) : (below < 0 ? notes.length : below) - 1;
    }
    const next = notes[(index + notes.length) % notes.length];
    if (chosen && chosen !== next && !inMargin(chosen)) close(chosen);
    bar()?.toggleAttribute("data-on", true);
    go(next, true);
    if (typed) referenceOf(next)?.focus({ preventScroll: true });
  };

  /** Where the reader stands: which claim of how many. */
  const tell = () => {
    const shown = bar()?.querySelector("[data-position]");
    if (!shown) return;
    const notes = claims();
    const number = (value) => value.toLocaleString(root.lang || undefined);
    const at = notes.indexOf(chosen) + 1;
    shown.textContent = `${at ? number(at) : "–"}/${number(notes.length)}`;
  };

  const narrow = (verdict) => {
    only = verdict;
    const others = verdict && `:not([data-verdict="${CSS.escape(verdict)}"])`;
    // What is left out keeps its place in the text: nothing moves, no word is lost.
    sheet.replaceSync(verdict && `.prose .note${others}{display:none}:is(.prose,h1) .noteref${others}{visibility:hidden}
      :is(.prose,h1) mark:is(.claim,.annotated)${others}{text-decoration-color:transparent;background:none}`);
    if (verdict && chosen && chosen.dataset.verdict !== verdict) close(chosen);
    bar()?.toggleAttribute("data-on", Boolean(verdict || chosen));
    arrange();
    tell();
  };

  document.addEventListener("change", ({ target }) => {
    if (target.matches(".reader select")) narrow(target.value);
    if (target.matches("[data-single-keys]")) keep(target.checked);
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest?.(".reader button, .keys button");
    if (button?.dataset.step) step(Number(button.dataset.step), false);
    if (button?.matches("[data-keys]")) help();
  });

  // --- the keyboard

  const OFF = "sitegen-keys-off";
  const stored = (act) => {
    try {
      return act(localStorage);
    } catch {
      return null;
    }
  };
  const single = () => stored((store) => store.getItem(OFF)) === null;
  const keep = (on) => stored((store) => (on ? store.removeItem(OFF) : store.setItem(OFF, "1")));

  const help = () => {
    const dialog = find("dialog.keys");
    if (!dialog || dialog.open) return;
    dialog.querySelector("[data-single-keys]").checked = single();
    dialog.showModal();
  };

  const leave = () => {
    const note = noteAt(document.activeElement) ?? chosen;
    if (!note) return;
    const within = note.contains(document.activeElement);
    close(note);
    choose(null);
    flag(note, "data-lit", false);
    if (within) referenceOf(note)?.focus();
  };

  const KEYS = { n: () => step(1, true), p: () => step(-1, true), "?": help };
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (find("dialog[open]")) return;
    if (event.key === "Escape") leave();
    else if (KEYS[event.key] && single() && !event.target.closest?.("input, select, textarea, [contenteditable]")) {
      event.preventDefault();
      KEYS[event.key]();
    }
  });

  // --- links and citations

  const say = (name) => {
    const status = find(".told");
    if (!status) return;
    status.textContent = status.dataset[name];
    clearTimeout(say.later);
    say.later = setTimeout(() => { status.textContent = ""; }, 4000);
  };
  const copy = (words) => navigator.clipboard.writeText(words).then(() => say("copied"), () => say("failed"));

  /** Where there is no clipboard to write to, the address bar takes the link, to be copied from there. */
  const copyLink = (link, event) => {
    const note = noteAt(link);
    if (note) choose(note);
    if (!navigator.clipboard) return;
    event.preventDefault();
    if (note) address(note);
    copy(link.href);
  };

  document.addEventListener("toggle", ({ target, newState }) => {
    if (!target.matches?.(".citing") || newState !== "open") return;
    const words = target.querySelector(".citation");
    if (navigator.clipboard && !target.querySelector("button")) {
      const button = byCopying();
      button?.addEventListener("click", () => copy(words.textContent.trim()));
      if (button) words.after(button);
    }
    getSelection().selectAllChildren(words);
  }, true);
  const byCopying = () => find("template.copying")?.content.firstElementChild.cloneNode(true);

  // --- a link that leads to a claim, from outside or from this page

  const arrive = () => {
    let name = location.hash.slice(1);
    try {
      name = decodeURIComponent(name);
    } catch { /* a fragment that is no text names no claim */ }
    const it = name && byId(name);
    const note = it && noteAt(it);
    if (note && it.matches("mark, .note")) {
      open(note);
      reveal(note);
    }
  };
  addEventListener("hashchange", arrive);
  document.addEventListener("sitegen:arranged", () => draw(chosen));
  document.addEventListener("sitegen:morphed", () => choose(chosen?.isConnected ? chosen : null));
  tell();
  arrive();
})();
