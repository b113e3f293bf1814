import { feedPlugin } from "@11ty/eleventy-plugin-rss";
import footnotes from "markdown-it-footnote";

const PER_PAGE = 50;

// Eleventy pages one list; for lists of sections and tags, each paged, all pages are made here.
function listings(name, prefix, articles) {
  const total = Math.ceil(articles.length / PER_PAGE);
  const url = (number) => `/${prefix}${number ? `page/${number + 1}/` : ""}`;
  return Array.from({ length: total }, (_, number) => ({
    name,
    number: number + 1,
    total,
    url: url(number),
    previous: number > 0 ? url(number - 1) : undefined,
    next: number + 1 < total ? url(number + 1) : undefined,
    articles: articles.slice(number * PER_PAGE, (number + 1) * PER_PAGE),
  }));
}

function grouped(articles, names) {
  const groups = new Map();
  for (const article of articles) {
    for (const name of names(article)) {
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(article);
    }
  }
  return groups;
}

export default function (config) {
  const articles = (api) => api.getFilteredByGlob("content/section-*/*.md").reverse();
  const tags = (api) => grouped(articles(api), (article) => article.data.tags ?? []);
  const sections = (api) => grouped(articles(api), (article) => [article.url.split("/")[1]]);

  config.amendLibrary("md", (markdown) => markdown.use(footnotes));
  config.addCollection("articles", (api) => articles(api).reverse());
  config.addCollection("terms", (api) => [...tags(api)].map(([name, found]) => ({ name, count: found.length })));
  config.addCollection("listings", (api) => [
    ...listings("Benchmark", "", articles(api)),
    ...[...sections(api)].flatMap(([name, found]) => listings(name, `${name}/`, found)),
    ...[...tags(api)].flatMap(([name, found]) => listings(name, `tags/${name}/`, found)),
  ]);
  config.addFilter("day", (date) => date.toISOString().slice(0, 10));
  config.addPlugin(feedPlugin, {
    type: "rss",
    outputPath: "/index.xml",
    collection: { name: "articles", limit: 30 },
    metadata: { language: "en", title: "Benchmark", subtitle: "", base: "https://example.org/", author: { name: "" } },
  });
  return { dir: { input: "content", output: "public" }, markdownTemplateEngine: false };
}
