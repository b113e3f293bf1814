"""Lighthouse on the example site, served compressed: its scores, and what it measured.

    python benchmarks/lighthouse.py [--lighthouse PROGRAM] [--form desktop]

PROGRAM is a Lighthouse that is installed (`npm install lighthouse`); without it, `npx` fetches one.
"""

import argparse
import functools
import gzip
import http.server
import json
import os
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAGES = ("", "north-korean-missiles/", "claims/")
SCORES = ("performance", "accessibility", "best-practices", "seo")
MEASURES = ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "total-byte-weight")  # fmt: skip


class Compressed(http.server.SimpleHTTPRequestHandler):
    """A folder as a web server gives it: text compressed, assets kept for a year."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a file."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header(
            "Cache-Control", "max-age=31536000, immutable" if "/assets/" in self.path else "max-age=300"
        )
        if path.suffix not in {".woff2", ".png", ".jpg"}:
            content = gzip.compress(content)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - the base class's signature
        """Say nothing."""


def measured(program: list[str], address: str, form: str, folder: str) -> dict[str, Any]:
    """Lighthouse's report on one address."""
    report = f"{folder}/report.json"
    preset = ["--preset=desktop"] if form == "desktop" else []
    flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
    command = [*program, address, "--quiet", "--output=json", f"--output-path={report}", flags, *preset]
    environment = os.environ | {"CHROME_PATH": os.environ.get("CHROME_PATH", "/usr/bin/chromium")}
    subprocess.run(command, check=True, env=environment)
    found: dict[str, Any] = json.loads(Path(report).read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Build, serve, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--lighthouse", default="", help="the program; else npx fetches it")
    parser.add_argument("--form", choices=("mobile", "desktop"), default="mobile")
    given = parser.parse_args()
    program = [given.lighthouse] if given.lighthouse else ["npx", "--yes", "lighthouse"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["sitegen", "--site", str(ROOT), "build", "--quiet", "--output", f"{folder}/public"], check=True
        )
        handler = functools.partial(Compressed, directory=f"{folder}/public")
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            print("| page |", " | ".join((*SCORES, *MEASURES)), "|")
            print("|---|" + "---|" * (len(SCORES) + len(MEASURES)))
            for path in PAGES:
                address = f"http://127.0.0.1:{server.server_address[1]}/{path}"
                report = measured(program, address, given.form, folder)
                scores = [f"{100 * report['categories'][name]['score']:.0f}" for name in SCORES]
                values = [report["audits"][name]["displayValue"].replace("\xa0", " ") for name in MEASURES]
                print(f"| `/{path}` |", " | ".join((*scores, *values)), "|", flush=True)
                lost = [name for name, audit in report["audits"].items() if audit.get("score") == 0]
                print(
                    f"<!-- failed: {', '.join(lost)} -->" if lost else "",
                    end="\n" if lost else "",
                    flush=True,
                )
            server.shutdown()


if __name__ == "__main__":
    main()
