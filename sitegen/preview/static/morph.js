// Brings the open page up to date without loading it again: what the reader did and what the page's scripts did
// stays, and everything else becomes what the server says.
//
// Whose is what: an attribute that was changed, or a node that was added, by anything but this file belongs to the
// reader or to a script (an opened note, a hidden row, a class), and is left alone from then on.

const owned = new WeakMap(); // element -> names of attributes that are a script's or the reader's
const foreign = new WeakSet(); // nodes that a script added
const frozen = new WeakSet(); // elements whose content a script replaced
const stamps = new Map(); // path of a file that was changed under the same name -> the version it is shown in

const text = (nodes) => [...nodes].map((node) => node.textContent).join("");

const attribute = (records) => {
  for (const record of records) {
    if (record.type === "attributes") {
      if (!owned.has(record.target)) owned.set(record.target, new Set());
      owned.get(record.target).add(record.attributeName);
    } else if (record.type === "characterData") {
      frozen.add(record.target.parentNode ?? record.target);
    } else if ([...record.removedNodes].some((node) => !foreign.has(node))) {
      // Setting the same words again is no claim to them.
      if (text(record.removedNodes) !== text(record.addedNodes)) frozen.add(record.target);
    } else {
      for (const node of record.addedNodes) foreign.add(node);
    }
  }
};

const observer = new MutationObserver(attribute);
observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

/** Change the page in the preview's own name; gives the records of what was changed. */
export const ours = (change) => {
  attribute(observer.takeRecords());
  change();
  return observer.takeRecords();
};

const isOwned = (node, name) => owned.get(node)?.has(name) ?? false;

// --- the head

const linksTo = (root) => [...root.querySelectorAll('link[rel~="stylesheet"]')];
const unhashed = (href) => href.replace(/\.[0-9a-f]{6,}(?=\.\w+$)|\?.*$/g, "");
const loaded = (link) =>
  new Promise((done) => {
    link.onload = link.onerror = done;
    setTimeout(done, 2000);
  });

/** Put a stylesheet in the place of another: the new one is there before the old one goes, so nothing flashes. */
const replaceSheet = async (old, fresh) => {
  const arriving = loaded(fresh);
  ours(() => (old ? old.after(fresh) : document.head.append(fresh)));
  await arriving;
  return () => old?.remove();
};

const updateSheets = async (fresh) => {
  const had = linksTo(document.head);
  const wanted = linksTo(fresh.head);
  // Compared as they resolve: the page of a missing page names the same files in another way.
  const hrefs = (links) => links.map((link) => link.href);
  const known = new Set(hrefs(had));
  const arriving = wanted
    .filter((link) => !known.has(link.href))
    .map((link) => {
      const old = had.find((other) => unhashed(other.href) === unhashed(link.href));
      return replaceSheet(old, document.importNode(link));
    });
  const ends = await Promise.all(arriving);
  const still = new Set(hrefs(wanted));
  ours(() => {
    for (const end of ends) end();
    for (const link of had) if (!still.has(link.href) && !foreign.has(link)) link.remove();
  });
};

const isScript = (node) => node.localName === "script" && (!node.type || /module|javascript/.test(node.type));
const scriptsOf = (root) => [...root.querySelectorAll("script[src]")].filter(isScript).map((it) => it.src);

/**
 * Scripts cannot be taken back: a page that has others must begin anew. One of another kind (the article is missing, and
 * comes back) may do with fewer: those that it has no use for find nothing to do.
 */
const servesScripts = (fresh) => {
  const [had, wanted] = [scriptsOf(document.head), scriptsOf(fresh.head)];
  const isOther = document.body.classList[0] !== fresh.body.classList[0];
  return wanted.every((it) => had.includes(it)) && (isOther || had.length === wanted.length);
};

const updateHead = (fresh) => {
  const plain = (node) => !isScript(node) && !(node.localName === "link" && /stylesheet/.test(node.rel)) && !foreign.has(node);
  const had = [...document.head.children].filter(plain);
  const wanted = new Map([...fresh.head.children].filter(plain).map((node) => [node.outerHTML, node]));
  for (const node of had) if (!wanted.delete(node.outerHTML)) node.remove();
  document.head.append(...[...wanted.values()].map((node) => document.importNode(node, true)));
};

// --- the body

const syncAttributes = (node, fresh) => {
  for (const { name, value } of fresh.attributes) {
    if (node.getAttribute(name) !== value && !isOwned(node, name)) node.setAttribute(name, value);
  }
  for (const { name } of [...node.attributes]) {
    if (!fresh.hasAttribute(name) && !isOwned(node, name)) node.removeAttribute(name);
  }
};

/** Whether two nodes are the same but for what the reader and scripts did to the first. */
const alike = (one, other) => {
  if (one.isEqualNode(other)) return true;
  if (one.nodeType !== 1 || other.nodeType !== 1 || one.tagName !== other.tagName) return false;
  const names = new Set([...one.getAttributeNames(), ...other.getAttributeNames()]);
  for (const name of names) {
    if (!isOwned(one, name) && one.getAttribute(name) !== other.getAttribute(name)) return false;
  }
  if (frozen.has(one)) return true;
  const [olds, news] = [[...one.childNodes].filter((node) => !foreign.has(node)), [...other.childNodes]];
  return olds.length === news.length && olds.every((node, index) => alike(node, news[index]));
};

const STAMP = "sitegen-same-";

/**
 * Find the smallest pair of elements outside of which nothing differs. Blocks beside the difference that are the
 * same on both sides are given common ids for as long as the morph lasts, so that it pairs them, and not blocks that
 * merely stand in the same order: a paragraph put in at the top leaves all the others untouched.
 */
const narrow = (node, fresh, same) => {
  for (;;) {
    syncAttributes(node, fresh);
    const [olds, news] = [[...node.childNodes], [...fresh.childNodes]];
    const most = Math.min(olds.length, news.length);
    let start = 0;
    while (start < most && alike(olds[start], news[start])) start += 1;
    let end = 0;
    while (end < most - start && alike(olds.at(-1 - end), news.at(-1 - end))) end += 1;
    const [left, right] = [olds.length - start - end, news.length - start - end];
    if (!left && !right) return null;
    const [one, other] = [olds[start], news[start]];
    if (left === 1 && right === 1 && one.nodeType === 1 && one.tagName === other.tagName && one.id === other.id) {
      if (frozen.has(one)) return null;
      [node, fresh] = [one, other];
      continue;
    }
    const pairs = olds.slice(0, start).map((it, index) => [it, news[index]]);
    for (let index = 1; index <= end; index += 1) pairs.push([olds.at(-index), news.at(-index)]);
    pairs.forEach(([it, its], index) => {
      same.add(it);
      if (it.nodeType === 1 && !it.id) it.id = its.id = `${STAMP}${index}`;
    });
    return [node, fresh];
  }
};

/** Change a text by its differing middle alone, which leaves a selection in the rest of it where it is. */
const retype = (node, value) => {
  const old = node.data;
  const most = Math.min(old.length, value.length);
  let start = 0;
  while (start < most && old[start] === value[start]) start += 1;
  let end = 0;
  while (end < most - start && old.at(-1 - end) === value.at(-1 - end)) end += 1;
  if (old !== value) node.replaceData(start, old.length - start - end, value.slice(start, value.length - end));
};

/** What the reader entered into a form stays. */
const isEntered = (node, name) =>
  (name === "value" && "defaultValue" in node && node.value !== node.defaultValue) ||
  (name === "checked" && node.checked !== node.defaultChecked) ||
  (name === "selected" && node.selected !== node.defaultSelected);

const isPlaying = (node) => node instanceof HTMLMediaElement && !node.paused;

const morphBody = (fresh) => {
  // Lines move with every edit above them. They are compared as empty, and set again afterwards, in order.
  const lined = (root) => [...root.querySelectorAll("[data-line]")];
  const lines = lined(fresh).map((node) => node.dataset.line);
  for (const node of [...lined(fresh), ...lined(document)]) node.dataset.line = "";
  const same = new WeakSet();
  const pair = narrow(document.body, fresh.body, same);
  if (pair) {
    Idiomorph.morph(...pair, {
      morphStyle: "outerHTML",
      ignoreActiveValue: true,
      callbacks: {
        beforeNodeRemoved: (node) => !foreign.has(node),
        beforeAttributeUpdated: (name, node) => !isOwned(node, name) && !isEntered(node, name),
        beforeNodeMorphed: (node, its) => {
          if (same.has(node) || frozen.has(node) || isPlaying(node)) return false;
          if (node.nodeType === Node.TEXT_NODE) retype(node, its.data);
          return true;
        },
      },
    });
  }
  for (const node of document.querySelectorAll(`[id^="${STAMP}"]`)) node.removeAttribute("id");
  lined(document).forEach((node, index) => {
    node.dataset.line = lines[index] ?? "";
  });
};

/** Whether a script keeps account of children that came or went: only it can begin anew. */
const isUpset = (records) =>
  records.some(
    (record) =>
      record.type === "childList" &&
      [...record.addedNodes, ...record.removedNodes].some((node) => node.nodeType === 1) &&
      [...record.target.children].some((child) => isOwned(child, "hidden")),
  );

// --- where the reader is

let lastTouch = 0;
for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
  addEventListener(kind, () => (lastTouch = Date.now()), { passive: true, capture: true });
}
const FOLLOW = "sitegen-follow";
const AWAY = 3000;

export const follows = () => localStorage.getItem(FOLLOW) === "1";
export const setFollows = (on) => localStorage.setItem(FOLLOW, on ? "1" : "0");

/** Go to what was edited if it is out of sight, the reader wishes it, and has not moved for some seconds. */
const follow = (records) => {
  if (!follows() || Date.now() - lastTouch < AWAY) return;
  const nodes = records
    .filter((record) => record.attributeName !== "data-line" && record.attributeName !== "id")
    .flatMap((record) => (record.addedNodes.length ? [...record.addedNodes] : [record.target]));
  const changed = nodes
    .map((node) => (node.nodeType === 1 ? node : node.parentElement))
    .find((node) => node?.isConnected && node.closest("main") && node.getClientRects().length);
  if (!changed) return;
  const box = changed.getBoundingClientRect();
  if (box.bottom > 0 && box.top < innerHeight) return;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  changed.scrollIntoView({ block: "center", behavior: still ? "instant" : "smooth" });
};

/** The first block in sight, by which the page is held where a browser does not do so by itself. */
const held = () => {
  if (CSS.supports("overflow-anchor", "auto")) return () => {};
  const block = [...document.querySelectorAll("[data-line]")].find((it) => it.getBoundingClientRect().bottom > 0);
  const top = block?.getBoundingClientRect().top;
  return () => {
    if (block?.isConnected) scrollBy({ top: block.getBoundingClientRect().top - top, behavior: "instant" });
  };
};

// --- files under the same name

const pathOf = (address) => {
  const url = new URL(address, location.href);
  return url.origin === location.origin ? url.pathname.slice(1) : null;
};

const stamped = (address) => {
  const version = stamps.get(decodeURI(pathOf(address) ?? ""));
  return version === undefined ? address : `${address.replace(/\?.*$/, "")}?sitegen=${version}`;
};

const ADDRESSES = [
  ['link[rel~="stylesheet"]', "href"],
  ["img[src], source[src], video[src], audio[src]", "src"],
];

/** Have a page name files that were changed since it was loaded by the version they are in. */
const stamp = (root) => {
  for (const [selector, name] of ADDRESSES) {
    for (const node of root.querySelectorAll(selector)) {
      const address = node.getAttribute(name);
      const now = address && stamped(address);
      if (now !== address) node.setAttribute(name, now);
    }
  }
};

/** Show files anew that were changed under the same name; null stands for any file. */
export const refreshAssets = async (paths, version) => {
  const sheets = linksTo(document.head).filter((link) => !link.getAttribute("href").startsWith("/_sitegen/"));
  const changed = paths ?? sheets.map((link) => pathOf(link.href)).filter(Boolean);
  for (const path of changed) stamps.set(decodeURI(path), version);
  const stale = sheets.filter((link) => stamped(link.getAttribute("href")) !== link.getAttribute("href"));
  const ends = await Promise.all(
    stale.map((link) => {
      const fresh = link.cloneNode();
      fresh.setAttribute("href", stamped(link.getAttribute("href")));
      return replaceSheet(link, fresh);
    }),
  );
  ours(() => {
    for (const end of ends) end();
    stamp(document.body);
  });
};

// --- the whole

/**
 * Have the page show what the server says; the body is left alone where it is the same as before. `prepare` puts into
 * the fresh page what the preview has put into the open one, so that it is no difference.
 */
export const applyPage = async (html, { bodyIsSame, prepare }) => {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  stamp(fresh);
  if (!servesScripts(fresh)) {
    location.reload();
    return;
  }
  await updateSheets(fresh);
  ours(() => {
    updateHead(fresh);
    // What the page as served does not say, such as the choice of light or dark, an early script may have said.
    for (const { name, value } of fresh.documentElement.attributes) {
      if (!isOwned(document.documentElement, name)) document.documentElement.setAttribute(name, value);
    }
  });
  if (bodyIsSame) return;
  prepare(fresh);
  const hold = held();
  const records = ours(() => morphBody(fresh));
  hold();
  const event = new CustomEvent("sitegen:morphed", { cancelable: true });
  // A script that begins anew by itself says so.
  if (document.dispatchEvent(event) && isUpset(records)) location.reload();
  else follow(records);
};
