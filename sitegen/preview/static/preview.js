// The preview's part in the browser: waits for news, brings the page up to date without reloading it, and shows
// what is wrong. The stream is closed while the tab is hidden: a browser opens few connections to one host.
(() => {
  let version = null;
  let stream = null;
  const panel = document.createElement("div");
  panel.id = "sitegen-preview";
  panel.setAttribute("role", "status");

  const item = (problem) => {
    const entry = document.createElement("li");
    const add = (name, text, kind) => {
      const part = document.createElement(name);
      part.textContent = text;
      if (kind) part.className = kind;
      entry.append(part);
      return part;
    };
    add("a", problem.where).href = problem.editor;
    entry.append(": ");
    add("span", problem.level, problem.level);
    entry.append(`: ${problem.message} [${problem.rule}]`);
    if (problem.line.trim()) add("pre", `${problem.line}\n${" ".repeat(Math.max(0, problem.column - 1))}^`);
    if (problem.hint) add("div", `hint: ${problem.hint}`, "hint");
    return entry;
  };

  const show = async () => {
    const answer = await fetch(`/_sitegen/state?path=${encodeURIComponent(location.pathname)}`);
    const state = await answer.json();
    const errors = state.problems.filter((problem) => problem.level === "error");
    const here = state.problems.filter((problem) => problem.here || state.failure);
    const elsewhere = state.problems.length - here.length;
    panel.replaceChildren();
    if (!state.problems.length) return;
    const details = document.createElement("details");
    details.open = here.some((problem) => problem.level === "error") || Boolean(state.failure);
    const summary = document.createElement("summary");
    summary.textContent = `${errors.length} errors, ${state.problems.length - errors.length} warnings` +
      (elsewhere ? ` (${elsewhere} in other files)` : "");
    const list = document.createElement("ol");
    list.append(...here.map(item), ...state.problems.filter((problem) => !here.includes(problem)).map(item));
    details.append(summary, list);
    panel.append(details);
  };

  const morph = async () => {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.title = fresh.title;
    const sheets = (from) => [...from.querySelectorAll('link[rel="stylesheet"]')].map((link) => link.getAttribute("href"));
    const known = new Set(sheets(document));
    const wanted = new Set(sheets(fresh));
    const arriving = [...wanted].filter((href) => !known.has(href)).map((href) => new Promise((done) => {
      const link = document.createElement("link");
      link.rel = "stylesheet";
      link.href = href;
      link.onload = link.onerror = done;
      document.head.append(link);
    }));
    await Promise.all(arriving);
    for (const link of document.querySelectorAll('link[rel="stylesheet"]')) {
      if (!wanted.has(link.getAttribute("href"))) link.remove();
    }
    const opened = (node) => node.tagName === "DETAILS" && node.open;
    Idiomorph.morph(document.body, fresh.body, {
      morphStyle: "outerHTML",
      ignoreActiveValue: true,
      callbacks: {
        beforeNodeRemoved: (node) => node !== panel,
        beforeAttributeUpdated: (name, node) => !(name === "open" && opened(node)),
      },
    });
    if (!panel.isConnected) document.body.append(panel);
    document.dispatchEvent(new CustomEvent("sitegen:morphed"));
  };

  const heard = async (event) => {
    const news = JSON.parse(event.data);
    const first = version === null;
    const missed = !first && news.version !== version;
    version = news.version;
    if (missed) await morph();
    await show();
  };

  const listen = () => {
    if (stream || document.hidden) return;
    stream = new EventSource("/_sitegen/events");
    stream.onmessage = (event) => heard(event).catch(() => location.reload());
  };
  const rest = () => {
    if (stream) stream.close();
    stream = null;
  };

  document.body.append(panel);
  document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
  window.addEventListener("pagehide", rest);
  window.addEventListener("pageshow", listen);
  listen();
})();
