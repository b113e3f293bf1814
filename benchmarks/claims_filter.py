"""How long the list of all claims takes to be narrowed in Chromium: from the change of a filter to the rows drawn.

The index is fetched from a server on this machine when the form is first touched: once within the time of the first filter, and
once before it, as with a reader who points at the form before choosing.
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
STEPS = (("verdict", "verdict:refuted"), ("q", "the"), ("q", "council"), ("verdict", ""))


def main() -> None:
    """Write a site, build it, and print the milliseconds of each step."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        write_sitegen(site, Size(ARTICLES))
        subprocess.run([sys.executable, "-m", "sitegen", "--site", str(site), "build", "--quiet"], check=True)
        with chromium() as browser, served(site / "public") as address:
            for touched in (False, True):
                page = browser.new_page()
                page.goto(f"{address}claims/")
                print("index fetched before" if touched else "index fetched with the first filter")
                if touched:
                    page.hover("form[data-filter]")
                    page.wait_for_selector("[name=source] option:nth-child(2)", state="attached")
                for name, value in STEPS:
                    spent, words, drawn = page.evaluate(TIMED, [name, value])
                    print(f"{name:8} {value or 'all':16} {spent:7.1f} ms  {words}, {drawn} rows drawn")


if __name__ == "__main__":
    main()
