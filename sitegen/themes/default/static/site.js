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

  // The list of claims: narrow it by verdict, source, tag and words; the address remembers how.
  const form = document.querySelector("form[data-filter]");
  if (!form) return;
  const rows = [...document.querySelectorAll("#claims > li")].map((element) => ({
    element,
    keys: new Set(element.dataset.keys.split(" ")),
    text: null,
  }));
  const count = document.querySelector("[data-count]");
  const selects = [...form.querySelectorAll("select")];
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const short = (select) => select.value.slice(select.value.indexOf(":") + 1);

  const read = () => {
    const query = new URLSearchParams(location.search);
    for (const select of selects) {
      const wanted = query.get(select.name);
      const option = [...select.options].find((it) => it.value === `${select.name}:${wanted}` || it.value === wanted);
      select.value = wanted && option ? option.value : "";
    }
    form.q.value = query.get("q") || "";
  };

  const show = () => {
    const keys = selects.map((select) => select.value && `${select.name}:${short(select)}`).filter(Boolean);
    const words = plain(form.q.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      let fits = keys.every((key) => row.keys.has(key));
      if (fits && words.length) {
        row.text ??= plain(row.element.textContent);
        fits = words.every((word) => row.text.includes(word));
      }
      row.element.hidden = !fits;
      shown += fits;
    }
    const all = rows.length;
    count.textContent = shown === all ? `${all} ${all === 1 ? "claim" : "claims"}` : `${shown} of ${all} claims`;
  };

  const write = () => {
    const query = new URLSearchParams();
    for (const select of selects) if (select.value) query.set(select.name, short(select));
    if (form.q.value.trim()) query.set("q", form.q.value.trim());
    const search = query.toString();
    history.replaceState(null, "", search ? `?${search}` : location.pathname);
  };

  let soon = 0;
  const changed = () => {
    clearTimeout(soon);
    soon = setTimeout(() => { show(); write(); }, 60);
  };
  form.addEventListener("input", changed);
  form.addEventListener("reset", () => setTimeout(changed));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("popstate", () => { read(); show(); });
  read();
  show();
  form.hidden = false;
})();
