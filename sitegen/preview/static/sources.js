// From the page to its source: a control on each note, and a double click anywhere, open the author's editor.
import { ours } from "./morph.js";

let entries = {};
let token = () => "";
let say = () => {};

const CONTROLS = "a, button, input, select, textarea, summary, label, [contenteditable]";

/** Take the places of the page's notes: id to file, line and column; the empty id is the article itself. */
export const setEntries = (found) => {
  entries = found;
};

/** Have the author's editor open a place; where the preview knows none, the browser is left to open the link. */
export const openEditor = async (file, line, column) => {
  const answer = await fetch("/_sitegen/open", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Sitegen-Token": token() },
    body: JSON.stringify({ file, line, column }),
  });
  if (answer.status === 501) location.assign(await answer.text());
  else if (answer.ok) say(`Opened ${file}:${line}`);
  else say(`Not opened: ${await answer.text()}`);
};

/** Set an "edit" control on each note of a document that was written in a file. */
export const decorate = (root) => {
  ours(() => {
    for (const note of root.querySelectorAll('aside[id^="note-"]')) {
      const place = entries[note.id.slice("note-".length)];
      const there = note.querySelector(":scope > .sitegen-edit");
      if (!place) there?.remove();
      if (!place || there) continue;
      const button = root.createElement("button");
      button.type = "button";
      button.className = "sitegen-edit";
      button.textContent = "Edit";
      button.title = `Edit this note in ${place[0]}`;
      note.append(button);
    }
  });
};

/** The place in the article's file where an element was written: its own, or that of the last block before it. */
const placeOf = (element) => {
  const article = entries[""];
  if (!article || !element.closest("main, article")) return null;
  const own = element.closest("[data-line]");
  if (own) return [article[0], Number(own.dataset.line), 1];
  const before = [...document.querySelectorAll("[data-line]")].filter(
    (block) => block.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
  return before.length && element.closest(".prose") ? [article[0], Number(before.at(-1).dataset.line), 1] : article;
};

const noteOf = (element) => {
  const note = element.closest('aside[id^="note-"]');
  return note && entries[note.id.slice("note-".length)];
};

/** Begin to listen for clicks: `tell` says what became of one, `secret` gives what requests that act bring along. */
export const connectSources = (tell, secret) => {
  say = tell;
  token = secret;
  document.addEventListener("click", (event) => {
    const place = event.target.closest?.(".sitegen-edit") && noteOf(event.target);
    if (place) openEditor(...place);
  });
  document.addEventListener("dblclick", (event) => {
    if (!event.target.closest || event.target.closest(CONTROLS)) return;
    const place = noteOf(event.target) ?? placeOf(event.target);
    if (place) openEditor(...place);
  });
};
