// Light, dark, or as the system: the reader's choice, kept in this browser, for all pages of the site. It is asked for
// first of all and waits for nothing, so that from the second page on it is there before anything is drawn.
(() => {
  "use strict";
  const NAME = "sitegen-scheme";
  const root = document.documentElement;
  const read = () => {
    try { return localStorage.getItem(NAME) ?? ""; } catch { return ""; } // a browser may keep nothing
  };
  const keep = (wanted) => {
    try { if (wanted) localStorage.setItem(NAME, wanted); else localStorage.removeItem(NAME); } catch { /* likewise */ }
  };

  const show = () => {
    const wanted = ["light", "dark"].find((scheme) => scheme === read());
    if (wanted) root.dataset.scheme = wanted; else delete root.dataset.scheme;
    for (const meta of document.querySelectorAll("meta[name=theme-color][data-of]")) {
      meta.media = wanted ? (meta.dataset.of === wanted ? "all" : "not all") : `(prefers-color-scheme: ${meta.dataset.of})`;
    }
    for (const input of document.querySelectorAll("[data-schemes] input")) input.checked = input.value === (wanted ?? "");
  };

  let offered = false;
  const offer = () => {
    if (offered) return;
    offered = true;
    for (const choice of document.querySelectorAll("[data-schemes]")) {
      choice.hidden = false;
      choice.addEventListener("change", (event) => { keep(event.target.value); show(); });
    }
    show();
  };

  show();
  addEventListener("storage", (event) => { if (event.key === NAME || event.key === null) show(); });
  addEventListener("pageshow", (event) => { if (event.persisted) show(); });
  document.addEventListener("sitegen:morphed", show);
  if (document.readyState === "complete") offer();
  else {
    document.addEventListener("DOMContentLoaded", offer);
    addEventListener("load", offer);
  }
})();
