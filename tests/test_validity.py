"""The Nu HTML checker on every page of a site with something of everything, whole and with problems."""

import subprocess
from pathlib import Path

import pytest
from everything import build_everything

JAR = Path(__file__).parents[1] / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_everything(tmp_path_factory.mktemp("valid"))


def checked(*paths: Path) -> list[str]:
    """The errors that the checker finds in files, or in all pages below folders; one machine for all."""
    command = ["java", "-Xss1m", "-jar", str(JAR), "--errors-only", "--format", "gnu", "--stdout"]
    result = subprocess.run(
        [*command, "--exit-zero-always", "--skip-non-html", *map(str, paths)],
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.splitlines()


def test_no_page_has_an_error_and_a_wrong_one_would_be_told(public: Path) -> None:
    wrong = public.parent / "wrong.html"
    wrong.write_text(
        "<!doctype html><html lang=en><title>x</title><p><div></div></p><b id=a></b><b id=a></b>"
    )
    found = checked(public, wrong)
    assert [line for line in found if "wrong.html" not in line] == []
    assert len(found) >= 2
