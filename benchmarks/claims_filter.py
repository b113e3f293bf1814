"""How long the list of all claims takes to be narrowed in Chromium: from the change of a filter to the rows drawn.

The index is fetched from a server on this machine once the page has come to rest: once a filter is chosen before that, and the time
of the fetch is the filter's; once after it, as with every reader who looks at the page first. `longest` is the longest task that held
up the page, in milliseconds, where one held it up for more than 50.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from corpus import Size, write_sitegen

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from browser import chromium, served

ARTICLES = 1_250
"""With eight claims each, 10,000 claims."""

TIMED = """async ([name, value]) => {
  const form = document.querySelector("form[data-filter]");
  const count = document.querySelector("[data-count]");
  const before = count.textContent;
  const began = performance.now();
  const field = form.elements[name];
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  while (count.textContent === before) await new Promise((done) => setTimeout(done));
  document.body.getBoundingClientRect();
  return [performance.now() - began, count.textContent, document.querySelectorAll("#claims > li").length];
}"""
LONG = """window.longest = 0;
new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) longest = Math.max(longest, duration); })
  .observe({ type: "longtask", buffered: true });"""
STEPS = (("verdict", "verdict:refuted"), ("q", "the"), ("q", "council"), ("verdict", ""))


def main() -> None:
    """Write a site, build it, and print the milliseconds of each step."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        write_sitegen(site, Size(ARTICLES))
        subprocess.run([sys.executable, "-m", "sitegen", "--site", str(site), "build", "--quiet"], check=True)
        with chromium() as browser, served(site / "public") as address:
            for rested in (False, True):
                page = browser.new_page()
                page.add_init_script(LONG)
                page.goto(f"{address}claims/", wait_until="load" if rested else "domcontentloaded")
                print(
                    "a look at the page before the first filter"
                    if rested
                    else "a filter before the page is at rest"
                )
                if rested:
                    page.wait_for_selector("[name=source] option:nth-child(2)", state="attached")
                    page.wait_for_timeout(1000)
                for name, value in STEPS:
                    spent, words, drawn = page.evaluate(TIMED, [name, value])
                    print(f"{name:8} {value or 'all':16} {spent:7.1f} ms  {words}, {drawn} rows drawn")
                print(f"longest  {page.evaluate('longest'):24.0f} ms")


if __name__ == "__main__":
    main()
