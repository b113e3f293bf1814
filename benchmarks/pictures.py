"""The pictures of docs/reading-experience.md, made again: `python benchmarks/pictures.py` (needs Chromium and the extra `dev`).

Builds the example site, opens an article at four widths, light and dark, with scripts and without, prints another to a PDF, and
writes all of it small to docs/images/.
"""

import io
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from browser import chromium, served  # noqa: E402 - of the tests, whose folder is on the path from here on

from sitegen.cli import main  # noqa: E402 - likewise

IMAGES = ROOT / "docs" / "images"
ARTICLE, SHORT = "north-korean-missiles/", "annotating/"
WIDTHS = (360, 768, 1280, 1680)
HEIGHT = 1000
SCALE = 0.5
"""Of a picture to the screen that it shows."""

SYSTEM = """:root { --serif: Charter, Georgia, Cambria, "Liberation Serif", serif; --display: var(--serif);
  --sans: system-ui, "Liberation Sans", Arial, sans-serif; }"""
"""The stack of the reader's own fonts that the bundled ones were held against."""


def opened(browser: Browser, url: str, width: int, scheme: str, *, scripts: bool) -> Page:
    """An article, scrolled to its text."""
    page = browser.new_page(
        viewport={"width": width, "height": HEIGHT},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=scripts,
        bypass_csp=True,
    )
    page.goto(url)
    page.evaluate("document.fonts.ready")
    page.evaluate("window.scrollTo(0, document.querySelector('.prose').getBoundingClientRect().top - 12)")
    page.wait_for_timeout(300)
    return page


def shot(page: Page) -> Image.Image:
    """What the page shows, made smaller; closes it."""
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.close()
    size = round(image.width * SCALE), round(image.height * SCALE)
    return image.resize(size, Image.Resampling.LANCZOS)


def beside(images: Iterable[Image.Image]) -> Image.Image:
    """Pictures of one height, side by side."""
    images = tuple(images)
    gap = 12
    sheet = Image.new("RGB", (sum(one.width + gap for one in images) - gap, images[0].height), "#8a8a86")
    left = 0
    for one in images:
        sheet.paste(one, (left, 0))
        left += one.width + gap
    return sheet


def save(image: Image.Image, name: str) -> None:
    """Write a picture, and say how large it is."""
    path = IMAGES / f"{name}.webp"
    image.save(path, "WEBP", quality=62, method=6)
    print(f"{path.relative_to(ROOT)}  {image.width} x {image.height}  {path.stat().st_size:,} bytes")


def screens(browser: Browser, url: str) -> None:
    """The article at all widths, in each scheme, with scripts and without."""
    for scheme in ("light", "dark"):
        for scripts in (True, False):
            shots = [shot(opened(browser, url, width, scheme, scripts=scripts)) for width in WIDTHS]
            save(beside(shots), f"article-{scheme}{'' if scripts else '-no-scripts'}")


def fonts(browser: Browser, url: str) -> None:
    """The bundled fonts beside those of the system."""
    bundled = shot(opened(browser, url, 1280, "light", scripts=True))
    page = opened(browser, url, 1280, "light", scripts=True)
    page.add_style_tag(content=SYSTEM)
    page.wait_for_timeout(300)
    save(beside([bundled, shot(page)]), "fonts-bundled-and-system")


def paper(browser: Browser, url: str) -> None:
    """An article as a PDF."""
    page = browser.new_page(java_script_enabled=False)
    page.goto(url)
    path = IMAGES / "article.pdf"
    page.pdf(path=str(path), format="A4", prefer_css_page_size=True)
    page.close()
    print(f"{path.relative_to(ROOT)}  {path.stat().st_size:,} bytes")


def run() -> int:
    """Make all pictures."""
    with tempfile.TemporaryDirectory() as folder:
        public = Path(folder) / "public"
        status = main(["--site", str(ROOT), "build", "--quiet", "--output", str(public)])
        if status:
            return status
        with served(public) as url, chromium() as browser:
            screens(browser, url + ARTICLE)
            fonts(browser, url + ARTICLE)
            paper(browser, url + SHORT)
        card = max((public / "assets" / "cards").iterdir(), key=lambda path: path.stat().st_size)
        image = Image.open(card).convert("RGB").resize((600, 315), Image.Resampling.LANCZOS)
        save(image, "card")
    return 0


if __name__ == "__main__":
    sys.exit(run())
