// The preview's part in the browser: listens for news of the page that is open, and has the page and the panel
// brought up to date. Loaded first of a page's scripts, so that morph.js sees what the others do.
import { applyPage, refreshAssets } from "./morph.js";
import { Panel } from "./panel.js";
import { connectSources, decorate, setEntries } from "./sources.js";

const meta = (name, from = document) => from.querySelector(`meta[name="sitegen-${name}"]`)?.content ?? "";

/** Milliseconds without any sign of life after which a connection is taken for dead: the server beats every 15 s. */
const DEAF = 40_000;
const RETRY = [200, 500, 1000, 2000];

const panel = new Panel();
let stream = null;
let shown = meta("page");
let lastSign = 0;
let failures = 0;
let retry = 0;
let work = Promise.resolve();

const bodyOf = (state) => state.split(".")[1];

const take = async (news) => {
  // The entries first: the fresh page's notes are given their controls before they are compared.
  if (news.state) setEntries(news.state.entries);
  if (news.html !== undefined) {
    await applyPage(news.html, { bodyIsSame: bodyOf(news.page) === bodyOf(shown), prepare: decorate });
    shown = news.page;
  }
  if (news.assets !== undefined) await refreshAssets(news.assets, news.version);
  decorate(document);
  if (news.state) panel.show(news.state);
  panel.host.dataset.version = news.version;
};

const hear = (event) => {
  lastSign = Date.now();
  failures = 0;
  panel.connected(true);
  if (!event.data) return;
  const news = JSON.parse(event.data);
  // One after the other: a page that waits for its new stylesheet must not be overtaken. What cannot be applied,
  // the browser is left to show in its own way.
  work = work.then(() => take(news)).catch((error) => {
    console.error("sitegen:", error);
    location.reload();
  });
};

const rest = () => {
  clearTimeout(retry);
  stream?.close();
  stream = null;
};

const listen = () => {
  if (stream || document.hidden) return;
  lastSign = Date.now();
  const query = new URLSearchParams({ path: decodeURI(location.pathname), shown });
  stream = new EventSource(`/_sitegen/events?${query}`);
  stream.onmessage = hear;
  stream.addEventListener("beat", hear);
  // Connecting again is not left to the browser: it would ask with the state that was shown at first.
  stream.onerror = () => {
    rest();
    panel.connected(false);
    retry = setTimeout(listen, RETRY[Math.min(failures++, RETRY.length - 1)]);
  };
};

const again = () => {
  rest();
  listen();
};

// The stream is closed while the tab is hidden: a browser opens but six connections to one host.
document.addEventListener("visibilitychange", () => (document.hidden ? rest() : again()));
addEventListener("pagehide", rest);
addEventListener("pageshow", (event) => (event.persisted ? again() : listen()));
addEventListener("online", again);
// After a sleep the connection may be dead without anybody having said so.
setInterval(() => {
  if (stream && Date.now() - lastSign > DEAF) again();
}, 5000);

connectSources((words) => panel.say(words), () => meta("token"));
listen();
