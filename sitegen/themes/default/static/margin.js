// Sets each note of an article beside the line of its claim, or as near as the notes before it and whatever is as wide
// as the page allow: one pass from top to bottom. The stylesheet says whether there is a margin at all, and how the
// notes stand until this has run; here are only lengths, which it finds as --top, --room and --words.
(() => {
  "use strict";
  const root = document.documentElement;
  const sheet = new CSSStyleSheet({ media: "screen" });
  document.adoptedStyleSheets.push(sheet);
  let written = "";

  /** Between notes; far away. */
  const GAP = 1.15;
  const FAR = 2.5;

  const visible = (element) => element.getClientRects().length > 0;
  const marked = (note) => document.getElementById(note.dataset.claim ? `c-${note.dataset.claim}` : `n-${note.dataset.note}`);

  /** The box of the line on which a note's claim begins, or of the block before the note where the claim is out of sight. */
  const lineOf = (note) => marked(note)?.getClientRects()[0] ?? note.parentElement.previousElementSibling?.getBoundingClientRect();

  /** The notes of the margin, measured from the top of the text, in pixels; null where notes stand in the text. */
  const measured = (prose) => {
    const notes = [...prose.querySelectorAll(":scope > .margin > .note")].filter(visible);
    if (!notes.length || getComputedStyle(notes[0]).position !== "absolute") return null;
    const rem = parseFloat(getComputedStyle(root).fontSize);
    // How far a note begins above the line of its claim, so that both stand on one base line, is the theme's to say.
    const lift = parseFloat(getComputedStyle(root).getPropertyValue("--lift")) || 0;
    const zero = prose.getBoundingClientRect().top;
    const column = notes[0].getBoundingClientRect();
    const items = notes.map((note) => {
      const words = note.querySelector(":scope > .first-words");
      const shown = words && getComputedStyle(words).visibility === "visible";
      const extra = words?.offsetHeight ?? 0;
      const line = lineOf(note);
      return {
        note,
        target: line ? line.top - zero - lift * rem : 0,
        bare: note.offsetHeight - (shown ? extra : 0),
        extra,
        words: false,
        top: 0,
        get height() { return this.bare + (this.words ? this.extra : 0); },
      };
    });
    const obstacles = [...prose.children]
      .filter((block) => !block.classList.contains("margin"))
      .map((block) => block.getBoundingClientRect())
      .filter((box) => box.height && box.right > column.left + 1 && box.left < column.right - 1)
      .map((box) => ({ top: box.top - zero, bottom: box.bottom - zero }));
    return { items, obstacles, gap: GAP * rem, far: FAR * rem };
  };

  /** Places for notes: `down` gives the first free one at or below a height, `up` the last at or above it. */
  const between = (obstacles, gap) => {
    const hits = (it, top, height) => top < it.bottom + gap && top + height > it.top - gap;
    return {
      down: (top, height) => obstacles.reduce((at, it) => (hits(it, at, height) ? it.bottom + gap : at), top),
      up: (top, height) => obstacles.reduceRight((at, it) => (hits(it, at, height) ? it.top - gap - height : at), top),
    };
  };

  /** The pass: from the first of `items` on, each at its line or right below the one before it. */
  const fall = (items, floor, { down }, gap, target = (item) => item.target) => {
    for (const item of items) {
      item.top = down(Math.max(target(item), floor), item.height);
      floor = item.top + item.height + gap;
    }
  };

  /** The note that the reader chose goes to its line, as far as those before it can make way upwards. */
  const pin = (items, index, places, gap) => {
    const chosen = items[index];
    if (index < 0 || chosen.top <= chosen.target) return;
    const first = items.map(({ top }) => top);
    fall(items, 0, places, gap, () => 0);
    const highest = items.map(({ top }) => top);
    items.forEach((item, at) => { item.top = first[at]; });
    chosen.top = places.down(Math.max(chosen.target, highest[index]), chosen.height);
    for (let at = index - 1; at >= 0; at -= 1) {
      const limit = items[at + 1].top - gap - items[at].height;
      if (items[at].top > limit) items[at].top = Math.max(highest[at], places.up(limit, items[at].height));
    }
    fall(items.slice(index + 1), chosen.top + chosen.height + gap, places, gap);
  };

  /** Notes that are far from their lines, and those that crowd with them, say the first words of their claims. */
  const name = (items, gap, far) => {
    const before = items.filter((item) => item.words).length;
    for (let end = 0, start = 0; start < items.length; start = end) {
      for (end = start + 1; end < items.length && items[end].top - items[end - 1].top - items[end - 1].height < gap + 1; end += 1);
      const run = items.slice(start, end);
      if (run.some((item) => item.top - item.target > far)) for (const item of run) item.words = true;
    }
    return items.filter((item) => item.words).length > before;
  };

  const write = (css) => {
    if (css === written) return;
    written = css;
    sheet.replaceSync(css);
  };

  const lay = ({ items, obstacles, gap, far }) => {
    const places = between(obstacles, gap);
    do fall(items, 0, places, gap); while (name(items, gap, far));
    pin(items, items.findIndex(({ note }) => "current" in note.dataset), places, gap);
    const last = items.at(-1);
    const rules = items.map(({ note, top, words }) =>
      `#${CSS.escape(note.id)}{--top:${Math.round(top)}px${words ? ";--words:visible;--words-at:static" : ""}}`);
    write(`.prose{--room:${Math.ceil(last.top + last.height)}px}${rules.join("")}`);
  };

  const arrange = () => {
    const prose = document.querySelector(".prose");
    if (!prose) return;
    root.dataset.notes = "set";
    const found = measured(prose);
    if (found) lay(found);
    else write("");
    document.dispatchEvent(new Event("sitegen:arranged"));
  };

  // Anything that changes its size (a font that arrives, an image, an opened note, the window) calls for another pass.
  const sizes = new ResizeObserver(arrange);
  const watch = () => {
    arrange();
    sizes.disconnect();
    for (const it of document.querySelectorAll(".prose > :not(.margin), .prose > .margin > .note")) sizes.observe(it);
  };
  watch();
  addEventListener("resize", arrange);
  document.fonts.ready.then(arrange);
  // The preview changed the page; the reader chose a claim, or hid some.
  document.addEventListener("sitegen:morphed", watch);
  document.addEventListener("sitegen:notes", arrange);
})();
