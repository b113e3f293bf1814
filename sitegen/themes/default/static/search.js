// The search page. Pagefind reads the index, piece by piece as it is needed; there is one for each language of the articles,
// and all of them are asked. The address remembers what was looked for.
(() => {
  "use strict";
  const form = document.querySelector("form[data-bundle]");
  if (!form || location.protocol === "file:") return;

  const SHOWN = 20;
  const PLACES = 3;
  const page = document.documentElement;
  const list = document.getElementById("found");
  const more = document.querySelector(".more-rows");
  const status = document.querySelector("[data-said]");
  const own = page.lang;
  const { q, verdict, tag } = form.elements;
  const selects = [verdict, tag].filter(Boolean);
  const at = (path) => new URL(path, location.href);

  const counted = (num) => {
    const forms = JSON.parse(form.dataset.count);
    const words = forms[new Intl.PluralRules(own).select(num)] ?? forms.other;
    return words.replace("%(num)s", num.toLocaleString(own));
  };

  // Pagefind speaks the language that the page says it is in at the moment when it is begun.
  const begun = (pagefind, language) => {
    page.lang = language;
    try {
      return { language, index: pagefind.createInstance({ noWorker: true, baseUrl: at(form.dataset.root).pathname }) };
    } finally {
      page.lang = own;
    }
  };
  const load = async () => {
    const bundle = at(form.dataset.bundle);
    const entry = await (await fetch(new URL("pagefind-entry.json", bundle))).json();
    // What Pagefind has compiled is the module's own: two languages in one module would take each other's.
    const indexes = await Promise.all(Object.keys(entry.languages).map(async (language) =>
      begun(await import(new URL(`pagefind.js?${language}`, bundle).href), language)));
    const tags = new Set();
    for (const { index } of indexes) for (const name of Object.keys((await index.filters()).tag ?? {})) tags.add(name);
    if (tag) tag.append(...[...tags].sort(new Intl.Collator(own).compare).map((name) => new Option(name, name)));
    return indexes;
  };
  let loading = null;
  const indexes = () => (loading ??= load().catch((error) => {
    loading = null;
    status.textContent = form.dataset.failed;
    throw error;
  }));

  // An excerpt is marked-up text: nothing but its words, and which of them were looked for, is taken from it.
  const excerpt = (markup) => [...new DOMParser().parseFromString(markup, "text/html").body.childNodes].map((node) => {
    if (node.nodeName !== "MARK") return node.textContent;
    const mark = document.createElement("mark");
    mark.textContent = node.textContent;
    return mark;
  });
  const drawn = (template, { title, url, excerpt: words }) => {
    const row = document.getElementById(template).content.firstElementChild.cloneNode(true);
    const link = row.querySelector('[data-of="title"]');
    link.textContent = title;
    link.href = url;
    row.querySelector('[data-of="excerpt"]').append(...excerpt(words));
    return row;
  };
  const row = async ({ language, result }) => {
    const data = await result.data();
    const element = drawn("found-row", { title: data.meta.title, url: data.url, excerpt: data.excerpt });
    if (!own.startsWith(language)) element.lang = language;
    const places = q.value.trim() ? data.sub_results.filter((place) => place.url.includes("#")).slice(0, PLACES) : [];
    const shown = element.querySelector('[data-of="places"]');
    if (places.length) shown.append(...places.map((place) => drawn("found-place", place)));
    else shown.remove();
    return element;
  };

  let turn = 0;
  let found = [];
  const wanted = () => ({ words: q.value.trim(), filters: Object.fromEntries(selects.filter((it) => it.value).map((it) => [it.name, it.value])) });
  const draw = async (mine) => {
    const begin = mine === turn && list.dataset.turn === String(mine) ? list.children.length : 0;
    const rows = await Promise.all(found.slice(begin, begin + SHOWN).map(row));
    if (mine !== turn) return;
    if (begin) list.append(...rows); else list.replaceChildren(...rows);
    list.dataset.turn = mine;
    more.hidden = list.children.length >= found.length;
    if (begin) rows[0]?.querySelector("a").focus();
  };
  const look = async () => {
    const mine = ++turn;
    const { words, filters } = wanted();
    const query = new URLSearchParams({ ...(words && { q: words }), ...filters }).toString();
    history.replaceState(null, "", query ? `?${query}` : location.pathname);
    if (!query) {
      found = [];
      list.replaceChildren();
      status.textContent = "";
      more.hidden = true;
      return;
    }
    const answers = await Promise.all((await indexes()).map(async ({ language, index }) => {
      const { results } = await index.search(words || null, { filters });
      return results.map((result) => ({ language, result }));
    }));
    if (mine !== turn) return;
    found = answers.flat().sort((one, other) => other.result.score - one.result.score);
    status.textContent = found.length ? counted(found.length) : form.dataset.none;
    await draw(mine);
  };

  let soon = 0;
  const unlessFailed = (act) => act().catch(() => {});
  form.addEventListener("focusin", () => unlessFailed(indexes), { once: true });
  q.addEventListener("input", () => { clearTimeout(soon); soon = setTimeout(() => unlessFailed(look), 120); });
  for (const select of selects) select.addEventListener("change", () => unlessFailed(look));
  form.addEventListener("reset", () => setTimeout(() => unlessFailed(look)));
  form.addEventListener("submit", (event) => { event.preventDefault(); unlessFailed(look); });
  more.addEventListener("click", () => unlessFailed(() => draw(turn)));

  const read = async () => {
    const query = new URLSearchParams(location.search);
    q.value = query.get("q") ?? "";
    if (!query.toString()) return;
    await indexes();
    for (const select of selects) {
      const value = query.get(select.name) ?? "";
      select.value = [...select.options].some((option) => option.value === value) ? value : "";
    }
    await look();
  };
  form.hidden = false;
  document.querySelector("[data-without]").hidden = true;
  q.focus();
  unlessFailed(read);
})();
