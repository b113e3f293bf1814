// The list of all claims, narrowed by verdict, source, claimant, tag and words; the address remembers how. A list of one page
// has all its rows in the page. Of a longer one an index is fetched once the page has come to rest, or is first needed, and rows
// are drawn from that, a few at a time. Without this script, and from disk, the list is there in pages.
(() => {
  "use strict";
  const form = document.querySelector("form[data-filter]");
  const list = document.getElementById("claims");
  const source = form?.dataset.index;
  if (!form || !list || (source && location.protocol === "file:")) return;

  const DRAWN = 30;
  const NAMES = ["verdict", "source", "claimant", "tag"];
  const language = document.documentElement.lang || "en";
  const rule = new Intl.PluralRules(language);
  const day = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const pager = document.querySelector(".pager");
  const more = document.querySelector(".more-rows");
  const count = document.querySelector("[data-count]");
  const unfiltered = count.textContent;
  const selects = NAMES.map((name) => form.elements[name]).filter(Boolean);

  const said = (words, values) => words.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
  const number = (value) => value.toLocaleString(language);
  const counted = (plurals, num, values = {}) => {
    const forms = JSON.parse(plurals);
    return said(forms[rule.select(num)] ?? forms.other, { num: number(num), ...values });
  };
  const keyed = (value) => value.replaceAll(" ", "_");
  const plain = (text) => (/[^\0-\x7f]/.test(text) ? text.normalize("NFKD").replace(/\p{M}/gu, "") : text).toLowerCase();

  // A row knows what it can be found by, its words when they are asked for, and its element when it is shown.
  let own = [...list.children];
  const inPage = () => own.map((element) => {
    const row = { verdict: [], source: [], claimant: [], tag: [], plain: null, words: () => element.textContent, element: () => element };
    for (const key of element.dataset.keys.split(" ")) row[key.slice(0, key.indexOf(":"))]?.push(key.slice(key.indexOf(":") + 1));
    return row;
  });

  const pattern = document.getElementById("claim-row");
  const verdicts = new Map([...document.querySelectorAll("template[data-verdict-of]")].map((it) => [it.dataset.verdictOf, it]));
  const drawn = (path, title, claim) => {
    const [fragment, statement, verdict, because, claimant, , quotes, verified, unlooked, stale, checked] = claim;
    const row = pattern.content.firstElementChild.cloneNode(true);
    const parts = Object.fromEntries([...row.querySelectorAll("[data-of]")].map((it) => [it.dataset.of, it]));
    const part = (name) => parts[name];
    const word = verdicts.get(verdict);
    part("verdict").append(word ? word.content.cloneNode(true) : verdict);
    const [claimLink, articleLink] = [part("statement"), part("article")];
    claimLink.textContent = statement;
    claimLink.href = `${form.dataset.root}${path}#${fragment}`;
    articleLink.textContent = title;
    articleLink.href = `${form.dataset.root}${path}`;
    const say = (name, words) => { if (words) part(name).append(words); else part(name).parentElement.remove(); };
    const looked = quotes - unlooked;
    say("because", because);
    say("claimant", claimant);
    say("found", looked ? counted(part("found").dataset.words, looked, { found: number(verified) }) : "");
    say("unlooked", unlooked ? counted(part("unlooked").dataset[looked ? "more" : "words"], unlooked) : "");
    say("checked", checked && said(part("checked").dataset.words, { day: day.format(new Date(checked)) }));
    if (!stale) part("stale").remove();
    return row;
  };

  const ofIndex = (index) => index.articles.flatMap(([path, title, tags, claims]) => {
    const tag = tags.map(keyed);
    return claims.map((claim) => {
      let element = null;
      return {
        verdict: [claim[2]], source: claim[5].map(keyed), claimant: claim[4] ? [keyed(claim[4])] : [], tag, plain: null,
        words: () => `${claim[1]} ${claim[3]} ${claim[4]} ${title}`,
        element: () => (element ??= drawn(path, title, claim)),
      };
    });
  });

  // What a list can be narrowed to, by name: its choices are put in once they are known.
  const choices = (index) => {
    const labels = { source: new Map(), claimant: new Map(), tag: new Map() };
    for (const [id, title] of Object.entries(index.sources)) labels.source.set(keyed(id), title);
    for (const [, , tags, claims] of index.articles) {
      for (const tag of tags) labels.tag.set(keyed(tag), tag);
      for (const claim of claims) if (claim[4]) labels.claimant.set(keyed(claim[4]), claim[4]);
    }
    const { compare } = new Intl.Collator(language);
    for (const [name, found] of Object.entries(labels)) {
      const select = form.elements[name];
      if (!select || select.options.length > 1) continue;
      const options = document.createDocumentFragment();
      for (const [value, label] of [...found].sort((one, other) => compare(one[1], other[1]))) options.append(new Option(label, `${name}:${value}`));
      select.append(options);
    }
  };

  let rows = source ? null : inPage();
  let loading = null;

  // The index is large: between its steps the page answers its reader.
  const breath = () => new Promise((done) => { setTimeout(done); });
  const atRest = window.requestIdleCallback ?? ((act) => setTimeout(act, 200, { timeRemaining: () => 8 }));

  /** Words made ready to be searched, while nothing else is to do. */
  const prepare = (from, begin = 0) => atRest((rest) => {
    let at = begin;
    while (rows === from && at < from.length && rest.timeRemaining() > 2) {
      for (const end = Math.min(at + 50, from.length); at < end; at += 1) from[at].plain ??= plain(from[at].words());
    }
    if (rows === from && at < from.length) prepare(from, at);
  });

  const load = async () => {
    const answer = await fetch(source);
    if (!answer.ok) throw new Error(String(answer.status));
    const words = await answer.text();
    await breath();
    const index = JSON.parse(words);
    await breath();
    const found = ofIndex(index);
    await breath();
    choices(index);
    rows = found;
    prepare(found);
  };
  const ready = () => (rows ? Promise.resolve() : (loading ??= load().catch((error) => {
    loading = null;
    throw error;
  })));

  const wanted = () => ({
    keys: selects.filter((select) => select.value).map((select) => [select.name, select.value.slice(select.name.length + 1)]),
    words: plain(form.elements.q.value).split(/\s+/).filter(Boolean),
  });
  const fits = (row, { keys, words }) =>
    keys.every(([name, value]) => row[name].includes(value)) && words.every((word) => (row.plain ??= plain(row.words())).includes(word));

  let fitting = [];
  const show = () => {
    const filter = wanted();
    const narrowed = filter.keys.length > 0 || filter.words.length > 0;
    if (source && !narrowed) {
      list.replaceChildren(...own);
      count.textContent = unfiltered;
      if (pager) pager.hidden = false;
      more.hidden = true;
      return;
    }
    fitting = rows.filter((row) => fits(row, filter));
    count.textContent = fitting.length === rows.length
      ? counted(form.dataset.all, rows.length)
      : counted(form.dataset.some, rows.length, { found: number(fitting.length) });
    if (!source) {
      const shown = new Set(fitting);
      for (const row of rows) row.element().hidden = !shown.has(row);
      return;
    }
    if (pager) pager.hidden = true;
    list.replaceChildren(...fitting.slice(0, DRAWN).map((row) => row.element()));
    more.hidden = fitting.length <= DRAWN;
  };
  more?.addEventListener("click", () => {
    const begin = list.children.length;
    list.append(...fitting.slice(begin, begin + DRAWN).map((row) => row.element()));
    more.hidden = list.children.length >= fitting.length;
    list.children[begin]?.querySelector("a")?.focus();
  });

  const read = () => {
    const query = new URLSearchParams(location.search);
    for (const select of selects) {
      const value = `${select.name}:${keyed(query.get(select.name) ?? "")}`;
      select.value = [...select.options].some((option) => option.value === value) ? value : "";
    }
    form.elements.q.value = query.get("q") ?? "";
  };
  const write = () => {
    const query = new URLSearchParams(wanted().keys);
    if (form.elements.q.value.trim()) query.set("q", form.elements.q.value.trim());
    const search = query.toString();
    history.replaceState(null, "", search ? `?${search}` : location.pathname);
  };

  const unlessFailed = (act) => ready().then(act, () => { count.textContent = form.dataset.failed; });
  const changed = () => unlessFailed(() => { show(); write(); });
  // Who saves data gets the index when pointing at the form; nobody is told that it did not come before asking for it.
  if (!navigator.connection?.saveData) atRest(() => ready().catch(() => {}));
  for (const begins of ["focusin", "pointerenter"]) form.addEventListener(begins, () => unlessFailed(() => {}), { once: true });
  form.addEventListener("input", changed);
  form.addEventListener("reset", () => setTimeout(changed));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("popstate", () => unlessFailed(() => { read(); show(); }));
  if (rows || location.search) unlessFailed(() => { read(); show(); });
  form.hidden = false;

  // The preview brings the list up to date under our hands: rows come and go, and the filter stays as it is.
  document.addEventListener("sitegen:morphed", (event) => {
    event.preventDefault();
    loading = null;
    if (!source) own = [...list.children];
    rows = source ? null : inPage();
    if (rows || wanted().keys.length || wanted().words.length) unlessFailed(show);
  });
})();
