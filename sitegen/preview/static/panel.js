// What is wrong: the problems of the open page in a sheet over it, those of all other pages in a list behind the
// corner's button. All of it lives in a shadow tree beside the body: no theme can restyle it, and no morph meets it.
import { follows, ours, setFollows } from "./morph.js";
import { openEditor } from "./sources.js";

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;
const counted = ({ errors, warnings }) =>
  [errors && plural(errors, "error"), warnings && plural(warnings, "warning")].filter(Boolean).join(", ") || "no problems";
const worst = ({ errors, warnings }) => (errors ? "error" : warnings ? "warning" : "fine");
const countsOf = (problems) => {
  const errors = problems.filter((problem) => problem.level === "error").length;
  return { errors, warnings: problems.length - errors };
};

/** An element with attributes and content; an attribute that is null or false is left out. */
const make = (name, attributes = {}, ...content) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== null && value !== false) element.setAttribute(key, value);
  }
  element.append(...content.filter((part) => part !== null && part !== ""));
  return element;
};

const placeLink = (problem) => {
  const { file, line, column, link } = problem;
  const place = make("a", { class: "place", href: link, title: "Open in the editor" }, `${file}:${line}:${column}`);
  place.addEventListener("click", (event) => {
    event.preventDefault();
    openEditor(file, line, column);
  });
  return place;
};

/** The line, and under it a caret: set below the same words once more, unseen, so that it stands right in any script. */
const snippet = ({ line, before, marked, after }) => {
  if (!`${before}${marked}${after}`.trim()) return null;
  const number = (how) => make("span", { class: `number ${how}`, "aria-hidden": "true" }, String(line));
  const carets = "^".repeat(Math.max(1, [...marked].length));
  return make(
    "pre",
    { class: "snippet", tabindex: "0", "aria-label": `Line ${line}` },
    number(""),
    make("span", { class: "source" }, before, make("mark", {}, marked), after),
    "\n",
    number("unseen"),
    make("span", { class: "under", "aria-hidden": "true" }, make("span", { class: "unseen" }, before), make("b", {}, carets)),
  );
};

/** One run of a word diff, marked as in the terminal: `gone` stands in the quotation alone, `new` in the copy alone. */
const change = ([kind, words]) => [
  kind === "gone" ? make("del", {}, words) : kind === "new" ? make("ins", {}, words) : words,
  " ",
];

/** Where a changed anchor may stand now, the likeliest place first. */
const likely = (place) =>
  make("p", { class: "likely" }, make("span", {}, "perhaps "), placeLink(place), ` (${place.score}) ${place.passage}`);

const item = (problem) =>
  make(
    "li",
    { class: problem.level },
    make(
      "p",
      { class: "message" },
      make("span", { class: "level" }, problem.level === "error" ? "Error" : "Warning"),
      " ",
      problem.message,
    ),
    make("p", { class: "where" }, placeLink(problem), " ", make("code", { class: "rule" }, problem.rule)),
    snippet(problem),
    problem.hint && make("p", { class: "hint" }, make("span", {}, "hint "), problem.hint),
    problem.diff?.length ? make("p", { class: "diff" }, make("span", {}, "diff "), ...problem.diff.flatMap(change)) : null,
    ...(problem.likely ?? []).map(likely),
  );

const keyOf = ({ level, rule, file, message }) => [level, rule, file, message].join("\n");

/** Which problems were closed by the reader: kept for as long as the tab is, for each page. */
const closed = {
  name: `sitegen-closed ${location.pathname}`,
  read: () => new Set(JSON.parse(sessionStorage.getItem(closed.name) ?? "[]")),
  write: (problems) => sessionStorage.setItem(closed.name, JSON.stringify(problems.map(keyOf))),
};

export class Panel {
  constructor() {
    this.host = make("div", { id: "sitegen-preview", hidden: true });
    this.root = this.host.attachShadow({ mode: "open" });
    this.state = null;
    this.drawn = "";
    this.sheet = this.#section("sheet", "here");
    this.list = this.#section("list", "elsewhere");
    this.corner = make("div", { class: "corner" });
    this.status = make("p", { class: "status", role: "status" });
    this.toast = make("p", { class: "toast", "aria-hidden": "true", hidden: true });
    const styles = make("link", { rel: "stylesheet", href: "/_sitegen/panel.css" });
    // Unstyled, it would lie all over the page.
    styles.onload = () => ours(() => this.host.removeAttribute("hidden"));
    const dock = make("div", { class: "dock" }, this.sheet.section, this.list.section, this.toast, this.corner);
    this.root.append(styles, dock, this.status);
    ours(() => document.documentElement.append(this.host));
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Show a state; nothing is drawn again if the problems are the same. */
  show(state) {
    const drawn = JSON.stringify([state.failure, state.here, state.elsewhere]);
    const changed = drawn !== this.drawn;
    this.drawn = drawn;
    const first = this.state === null;
    this.state = state;
    if (!changed) return;
    this.#drawSheet();
    this.#appear(first);
    if (!this.list.section.hidden) this.#drawList();
    this.#drawCorner();
    if (!first || state.here.length) this.#announce();
  }

  /** Say for a moment what became of something. */
  say(words) {
    this.toast.textContent = this.status.textContent = words;
    this.toast.hidden = false;
    clearTimeout(this.hush);
    this.hush = setTimeout(() => (this.toast.hidden = true), 3000);
  }

  /** Say whether the preview can be reached; a short break is not worth a word. */
  connected(is) {
    clearTimeout(this.lost);
    if (is) {
      if (this.alone) {
        this.alone = false;
        this.#drawCorner();
      }
    } else if (!this.alone) {
      this.lost = setTimeout(() => {
        this.alone = true;
        this.#drawCorner();
      }, 1500);
    }
  }

  #section(name, label) {
    const heading = make("h2", { id: label, tabindex: "-1" });
    const close = make("button", { type: "button", class: "close", "aria-label": "Close", title: "Close (Esc)" });
    const body = make("div", { class: "body" });
    const section = make(
      "section",
      { class: name, role: "region", "aria-labelledby": label, hidden: true },
      make("header", {}, heading, close),
      body,
    );
    close.addEventListener("click", () => this.#close());
    return { section, heading, body };
  }

  #drawSheet() {
    const { here, failure } = this.state;
    this.sheet.section.dataset.worst = worst(countsOf(here));
    this.sheet.heading.textContent = failure ? "The site cannot be made" : `This page: ${counted(countsOf(here))}`;
    const stays = failure && make("p", { class: "stays" }, "What you see is the last good page. It follows again once this is mended.");
    this.sheet.body.replaceChildren(...[stays, make("ol", {}, ...here.map(item))].filter(Boolean));
  }

  /** Open the sheet for problems that the reader has not closed; warnings that were there before are left in the corner. */
  #appear(first) {
    const { here } = this.state;
    const known = closed.read();
    const fresh = here.filter((problem) => !known.has(keyOf(problem)));
    if (!here.length) this.sheet.section.hidden = true;
    else if (fresh.some((problem) => problem.level === "error" || !first)) {
      this.list.section.hidden = true;
      this.sheet.section.hidden = false;
    }
    if (first) closed.write(here.filter((problem) => known.has(keyOf(problem)) || problem.level !== "error"));
    else closed.write(here.filter((problem) => known.has(keyOf(problem))));
  }

  async #drawList() {
    const answer = await fetch(`/_sitegen/problems?path=${encodeURIComponent(decodeURI(location.pathname))}`);
    const { groups, more } = await answer.json();
    this.list.heading.textContent = `Elsewhere: ${counted(this.state.elsewhere)}`;
    const parts = groups.map((group) =>
      make(
        "details",
        { class: worst(group), open: groups.length < 4 },
        make("summary", {}, make("span", { class: "file" }, group.file), " ", make("span", { class: "count" }, counted(group))),
        group.page && make("p", { class: "to" }, make("a", { href: encodeURI(group.page) }, `Go to ${group.page}`)),
        make("ol", {}, ...group.problems.map(item)),
      ),
    );
    const rest = more > 0 && make("p", { class: "more" }, `${plural(more, "more problem")}: sitegen check lists them all.`);
    const box = make("input", { type: "checkbox", checked: follows() });
    box.addEventListener("change", () => setFollows(box.checked));
    const wish = make("label", { class: "wish" }, box, " Follow edits: scroll to what was changed");
    this.list.body.replaceChildren(...[...parts, rest, wish].filter(Boolean));
  }

  #drawCorner() {
    const { here, elsewhere } = this.state ?? { here: [], elsewhere: { errors: 0, warnings: 0 } };
    const mine = countsOf(here);
    const focused = this.root.activeElement?.dataset?.opens;
    const parts = [];
    if (this.alone) parts.push(make("span", { class: "alone" }, "sitegen serve is not running"));
    if (here.length) parts.push(this.#button("here", mine, "This page", this.sheet));
    if (elsewhere.errors + elsewhere.warnings || !here.length) {
      const nothing = !here.length && !(elsewhere.errors + elsewhere.warnings);
      parts.push(this.#button("elsewhere", elsewhere, nothing ? "" : "Elsewhere", this.list));
    }
    this.corner.replaceChildren(...parts);
    if (focused) this.corner.querySelector(`[data-opens="${focused}"]`)?.focus();
  }

  #button(opens, counts, words, target) {
    const number = (level) =>
      counts[`${level}s`] ? make("span", { class: level }, make("span", { class: "dot", "aria-hidden": "true" }), String(counts[`${level}s`])) : null;
    const button = make(
      "button",
      {
        type: "button",
        "data-opens": opens,
        "aria-expanded": String(!target.section.hidden),
        "aria-label": `${words || "Preview"}: ${counted(counts)}`,
        title: `${words || "Preview"}: ${counted(counts)}`,
        class: words ? null : "fine",
      },
      words && make("span", { class: "words" }, words),
      number("error"),
      number("warning"),
    );
    button.addEventListener("click", () => this.#toggle(target));
    return button;
  }

  async #toggle(target) {
    const opening = target.section.hidden;
    const other = target === this.sheet ? this.list : this.sheet;
    if (!opening) {
      this.#close();
      return;
    }
    other.section.hidden = true;
    if (target === this.list) await this.#drawList();
    target.section.hidden = false;
    this.#drawCorner();
    target.heading.focus();
  }

  #close() {
    const open = [this.sheet, this.list].find(({ section }) => !section.hidden);
    if (!open) return false;
    const inside = open.section.contains(this.root.activeElement);
    open.section.hidden = true;
    if (open === this.sheet) closed.write(this.state.here);
    this.#drawCorner();
    if (inside) this.corner.querySelector(`[data-opens="${open === this.sheet ? "here" : "elsewhere"}"]`)?.focus();
    return true;
  }

  #key(event) {
    if (event.key === "Escape" && !event.defaultPrevented && this.#close()) event.preventDefault();
  }

  #announce() {
    const { here, elsewhere, failure } = this.state;
    this.status.textContent = failure || `This page: ${counted(countsOf(here))}. Elsewhere: ${counted(elsewhere)}.`;
  }
}
