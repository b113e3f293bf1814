// Two conveniences; every page is complete without them.
(() => {
  "use strict";

  // From disk, a folder's address shows a list of files: name its page instead.
  if (location.protocol === "file:") {
    for (const link of document.querySelectorAll("a[href]")) {
      const href = link.getAttribute("href");
      if (!/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(href)) {
        link.setAttribute("href", href.replace(/^([^?#]*\/|\.{1,2})(?=[?#]|$)/, (path) => path.replace(/\/?$/, "/index.html")));
      }
    }
  }

  // The list of claims: narrow it by verdict, source, tag and words; the address remembers how. A list of one page has
  // all its rows here; of a longer one, an index is fetched when it is first narrowed, and rows are drawn from that.
  const form = document.querySelector("form[data-filter]");
  if (!form) return;
  const SHOWN = 100;
  const list = document.getElementById("claims");
  const pager = document.querySelector(".pager");
  const more = document.querySelector(".more-rows");
  const count = document.querySelector("[data-count]");
  const unfiltered = count.textContent;
  let own = [...list.children];
  const selects = [...form.querySelectorAll("select")];
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const short = (value) => value.slice(value.indexOf(":") + 1);
  const found = () => (form.dataset.index ? null : own.map((element) => ({
    element: () => element,
    keys: new Set(element.dataset.keys.split(" ")),
    text: null,
    words: () => element.textContent,
  })));
  let rows = found();

  const drawn = (path, title, claim) => {
    const [fragment, statement, verdict, because, claimant, , quotes, verified, unlooked, stale, checked] = claim;
    const row = document.getElementById("claim-row").content.firstElementChild.cloneNode(true);
    const icon = document.querySelector(`template[data-verdict-of="${CSS.escape(verdict)}"]`);
    row.querySelector(".row-verdict").append(icon ? icon.content.cloneNode(true) : verdict);
    const [statementLink, articleLink] = row.querySelectorAll("a:not(.verdict)");
    statementLink.textContent = statement;
    statementLink.href = `${form.dataset.root}${path}#${fragment}`;
    articleLink.textContent = title;
    articleLink.href = `${form.dataset.root}${path}`;
    row.querySelector(".because").textContent = because;
    const say = (name, words) => { row.querySelector(`[data-of="${name}"]`).textContent = words; };
    say("claimant", claimant && `${claimant} · `);
    const looked = quotes - unlooked;
    say("found", looked ? ` · ${verified} of ${looked} ${looked === 1 ? "quotation" : "quotations"} found` : "");
    say("checked", (checked && ` · checked ${checked}`) + (stale ? " · due again" : ""));
    return row;
  };

  const fill = (name, labels) => {
    const select = form.elements[name];
    if (!select || select.options.length > 1) return;
    const options = [...labels].sort(([, a], [, b]) => a.localeCompare(b));
    select.append(...options.map(([value, label]) => new Option(label, `${name}:${value}`)));
  };

  const load = async () => {
    const index = await (await fetch(form.dataset.index)).json();
    const drawable = [];
    for (const [path, title, tags, claims] of index.articles) {
      const tagged = tags.map((tag) => `tag:${tag.replaceAll(" ", "_")}`);
      for (const claim of claims) {
        let element = null;
        drawable.push({
          element: () => (element ??= drawn(path, title, claim)),
          keys: new Set([`verdict:${claim[2]}`, ...tagged, ...claim[5].map((id) => `source:${id.replaceAll(" ", "_")}`)]),
          text: null,
          words: () => `${claim[1]} ${claim[3]} ${claim[4]} ${title}`,
        });
      }
    }
    fill("source", Object.entries(index.sources).map(([id, title]) => [id.replaceAll(" ", "_"), title]));
    fill("tag", new Map(index.articles.flatMap(([, , tags]) => tags.map((tag) => [tag.replaceAll(" ", "_"), tag]))));
    rows = drawable;
  };
  let loading = null;
  const ready = () => (rows ? Promise.resolve() : (loading ??= load()));

  const read = () => {
    const query = new URLSearchParams(location.search);
    for (const select of selects) {
      const wanted = query.get(select.name);
      const option = [...select.options].find((it) => it.value === `${select.name}:${wanted}` || it.value === wanted);
      select.value = wanted && option ? option.value : "";
    }
    form.q.value = query.get("q") || "";
  };

  const wanted = () => ({
    keys: selects.map((select) => select.value && `${select.name}:${short(select.value)}`).filter(Boolean),
    words: plain(form.q.value).split(/\s+/).filter(Boolean),
  });

  let fitting = [];
  const show = () => {
    const { keys, words } = wanted();
    if (form.dataset.index && !keys.length && !words.length) {
      list.replaceChildren(...own);
      count.textContent = unfiltered;
      if (pager) pager.hidden = false;
      more.hidden = true;
      return;
    }
    fitting = rows.filter((row) => keys.every((key) => row.keys.has(key)) && words.every((word) => (row.text ??= plain(row.words())).includes(word)));
    const all = rows.length;
    count.textContent = fitting.length === all ? `${all} ${all === 1 ? "claim" : "claims"}` : `${fitting.length} of ${all} claims`;
    if (!form.dataset.index) {
      const shown = new Set(fitting);
      for (const row of rows) row.element().hidden = !shown.has(row);
      return;
    }
    if (pager) pager.hidden = true;
    list.replaceChildren(...fitting.slice(0, SHOWN).map((row) => row.element()));
    more.hidden = fitting.length <= SHOWN;
  };
  more?.addEventListener("click", () => {
    const begin = list.children.length;
    list.append(...fitting.slice(begin, begin + SHOWN).map((row) => row.element()));
    more.hidden = list.children.length >= fitting.length;
  });

  const write = () => {
    const query = new URLSearchParams();
    for (const select of selects) if (select.value) query.set(select.name, short(select.value));
    if (form.q.value.trim()) query.set("q", form.q.value.trim());
    const search = query.toString();
    history.replaceState(null, "", search ? `?${search}` : location.pathname);
  };

  let soon = 0;
  const changed = () => {
    clearTimeout(soon);
    soon = setTimeout(() => ready().then(() => { show(); write(); }), 60);
  };
  form.addEventListener("focusin", () => ready(), { once: true });
  form.addEventListener("input", changed);
  form.addEventListener("reset", () => setTimeout(changed));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("popstate", () => ready().then(() => { read(); show(); }));
  if (rows || location.search) ready().then(() => { read(); show(); });
  form.hidden = false;

  // The preview brings the list up to date under our hands: rows come and go, and the filter stays as it is.
  document.addEventListener("sitegen:morphed", (event) => {
    event.preventDefault();
    loading = null;
    if (!form.dataset.index) own = [...list.children];
    rows = found();
    if (rows || wanted().keys.length || wanted().words.length) ready().then(show);
  });
})();
