"""Pictures for social networks: which articles get one, what it shows, when it is drawn again."""

import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageColor
from served import Html
from sites import Site

from sitegen.writing import cards
from sitegen.writing.card_drawing import PAGE, Drawing
from sitegen.writing.cards import HEIGHT, WIDTH, CardPicture, CardTally

STATIC = Path(cards.__file__).parent.parent / "themes" / "default" / "static"
SETTINGS = "title: Tides\nbase_url: https://example.org/a/\n"
FILES: dict[str, str | bytes] = {
    "sitegen.yaml": f"{SETTINGS}cards: true\nchecks: {{rules: {{unchecked: off}}}}\n",
    "content/index.md": "# Home\n",
    "content/moon.md": "---\ntitle: The moon & its “pull”\n---\n\nThe moon pulls. The sun helps.\n",
    "content/moon.yaml": "claims:\n  pull: {anchor: The moon pulls, verdict: opinion, checked: 2024-05-02}\n  sun: {anchor: The sun helps, verdict: unproven, checked: 2024-05-02}\n",
    "content/own.md": "---\ntitle: With a picture\nimage: https://example.org/p.png\nimage_alt: A pier\n---\n\nWords.\n",
}


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    return Drawing({path.relative_to(STATIC).as_posix(): path.read_bytes() for path in STATIC.rglob("*.*")})


def tally(label: str = "Refuted", colour: str = "#86200c", count: int = 2) -> CardTally:
    return CardTally(label, "cross", colour, str(count), count)


def metas(site: Site, page: str) -> dict[str, str]:
    found = Html(site.page(page)).all("meta")
    return {meta.get("property") or meta.get("name", ""): meta.get("content", "") for meta in found}


def pictures(site: Site) -> dict[str, bytes]:
    return {name: content for name, content in site.output().items() if name.startswith("assets/cards/")}


# --- the drawing


def test_a_picture_has_the_size_that_networks_show(drawing: Drawing) -> None:
    content = drawing.draw(CardPicture("Tides", "Checked", "2 claims", (tally(),)))
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
    assert len(content) < 40_000


def ink(drawing: Drawing, picture: CardPicture) -> Image.Image:
    return Image.open(io.BytesIO(drawing.draw(picture))).convert("RGB")


def test_the_bar_shows_each_verdict_by_its_share(drawing: Drawing) -> None:
    image = ink(
        drawing, CardPicture("T", "S", "4 claims", (tally(count=3), tally("Supported", "#0e5237", 1)))
    )
    row = [image.getpixel((left, 500)) for left in range(WIDTH)]
    red = sum(isinstance(pixel, tuple) and pixel[0] > 100 and pixel[1] < 80 for pixel in row)
    green = sum(isinstance(pixel, tuple) and pixel[0] < 60 and pixel[1] > 60 for pixel in row)
    assert red == pytest.approx(3 * green, rel=0.03)


def test_each_picture_is_its_own(drawing: Drawing) -> None:
    base = CardPicture("Tides", "Checked", "2 claims", (tally(),))
    others = [
        CardPicture("Ebb", "Checked", "2 claims", (tally(),)),
        CardPicture("Tides", "Other", "2 claims", (tally(),)),
        CardPicture("Tides", "Checked", "3 claims", (tally(count=3),)),
        CardPicture("Tides", "Checked", "2 claims", (tally(label="Wrong"),)),
    ]
    assert len({drawing.draw(picture) for picture in (base, *others)}) == 5


def test_words_that_no_font_has_are_left_out(drawing: Drawing) -> None:
    with_title = ink(drawing, CardPicture("Москва", "Checked", "", ()))
    without = ink(drawing, CardPicture(" ", "Checked", "", ()))
    assert with_title.tobytes() == without.tobytes()
    assert ink(drawing, CardPicture("Žižek", "Checked", "", ())).tobytes() != without.tobytes()


def test_a_theme_without_our_fonts_is_drawn_with_pillows() -> None:
    image = ink(
        Drawing({}),
        CardPicture("Tides", "Checked", "2 claims", (tally(colour="color-mix(in oklab, red, blue)"),)),
    )
    assert len(image.getcolors(10_000) or ()) > 8


WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=120)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(WORDS, WORDS, st.lists(st.tuples(WORDS, st.integers(1, 5000)), max_size=12))
@example(
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3,
    "x" * 400,
    [("Not checked yet", 5000)] * 12,
)
def test_any_words_leave_the_edges_free_and_the_bytes_the_same(
    drawing: Drawing, title: str, site: str, counts: list[tuple[str, int]]
) -> None:
    picture = CardPicture(title, site, "claims", tuple(tally(label, count=count) for label, count in counts))
    content = drawing.draw(picture)
    assert content == drawing.draw(picture)
    image = Image.open(io.BytesIO(content)).convert("RGB")
    for left in (0, WIDTH - 40):
        colours = image.crop((left, 0, left + 40, HEIGHT)).getcolors()
        assert colours is not None
        ((_, colour),) = colours
        assert isinstance(colour, tuple)
        assert max(abs(one - other) for one, other in zip(colour, ImageColor.getrgb(PAGE), strict=True)) <= 2


# --- in a site


def test_an_article_names_its_picture_with_size_and_words(site: Site) -> None:
    assert site.write(FILES).build().status == 0
    found = metas(site, "moon/index.html")
    path = found["og:image"].removeprefix("https://example.org/a/")
    assert Image.open(io.BytesIO(site.output()[path])).size == (WIDTH, HEIGHT)
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "630")
    assert found["twitter:card"] == "summary_large_image"
    words = "The moon & its “pull”. 2 claims: 1 Unproven, 1 Opinion, not checkable."
    assert found["og:image:alt"] == found["twitter:image:alt"] == words


def test_an_articles_own_image_wins(site: Site) -> None:
    site.write(FILES).build()
    found = metas(site, "own/index.html")
    assert (found["og:image"], found["og:image:alt"]) == ("https://example.org/p.png", "A pier")
    assert len(pictures(site)) == 1


def test_without_the_setting_there_is_none(site: Site) -> None:
    assert site.write({**FILES, "sitegen.yaml": SETTINGS}).build().status == 0
    assert pictures(site) == {}
    assert "og:image" not in metas(site, "moon/index.html")
    assert metas(site, "moon/index.html")["twitter:card"] == "summary"


def test_what_is_not_installed_is_named(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "find_spec", lambda _: None)
    run = site.write(FILES).build()
    assert run.status == 2
    assert 'sitegen.yaml:3:8: error: "cards: true" needs a package that is not installed: Pillow' in run.err
    assert "pip install 'sitegen[cards]'" in run.err


def test_a_picture_is_drawn_again_only_when_it_shows_something_else(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    draw = Drawing.draw

    def watched(self: Drawing, picture: CardPicture) -> bytes:
        drawn.append(picture.title)
        return draw(self, picture)

    monkeypatch.setattr(Drawing, "draw", watched)
    site.write(FILES).build()
    before = pictures(site)
    site.write({"content/moon.md": f"{FILES['content/moon.md']!s}\nMore.\n"}).build()
    assert len(drawn) == 1, "an edited body is not in the picture"
    assert pictures(site) == before
    ledger = str(FILES["content/moon.yaml"]).replace("opinion", "unproven")
    site.write({"content/moon.yaml": ledger}).build()
    assert len(drawn) == 2
    assert len(pictures(site)) == 1, "the former picture is gone"
    assert pictures(site).keys() != before.keys()


def test_a_remembered_site_is_the_one_that_is_built_anew(site: Site) -> None:
    site.write(FILES).build()
    site.write({"content/moon.yaml": str(FILES["content/moon.yaml"]).replace("opinion", "unproven")}).build()
    kept = site.output()
    assert site.build("--no-cache").status == 0
    assert site.output() == kept
