"""The command: what it refuses, what it asks, what it says, and that it shows no secret."""

import functools
import http.server
import json
import os
import pty
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from places import article, begun, build, done, edit, published
from sites import Site, contents
from small_sites import SITE, built, publication_of

from sitegen.commands.publish_report import Outcome, announce, print_summary
from sitegen.model.records import Target
from sitegen.publishing.looking import Look, seen_at
from sitegen.publishing.manifest import manifest_of
from sitegen.publishing.plan import make_plan
from sitegen.publishing.progress import Silence
from sitegen.publishing.secrets import find_secret, kept_secret, scrubbed
from sitegen.publishing.tree import read_tree

FOLDER = "    near: {kind: folder, path: ../tides}\n"


def seen(folder: Path) -> dict[str, bytes]:
    return {path: content for path, content in contents(folder).items() if path != ".sitegen-manifest.json"}


def test_what_is_older_than_its_sources_is_not_published_unasked(site: Site, tmp_path: Path) -> None:
    begun(site, FOLDER)
    site.write({"content/ebb.md": article("ebb", "soon")})
    refused = site.run("publish")
    assert refused.status == 1
    assert "public/ is older than its sources: content/ebb.md" in refused.err
    assert not (tmp_path / "tides").exists()
    told = site.run("publish", "--format", "json")
    assert (told.status, told.err) == (1, refused.err)
    assert told.json()["error"] == {
        "kind": "problems",
        "message": "public/ is older than its sources: content/ebb.md",
        "hint": "sitegen publish --build builds it first; --as-is publishes it as it is",
    }
    done(site.run("publish", "--as-is"), "published: ")
    done(site.run("publish", "--build"), "published: ")
    assert seen(tmp_path / "tides") == published(site)


def test_where_a_site_is_published_is_no_matter_of_the_built_site(site: Site, tmp_path: Path) -> None:
    begun(site, FOLDER)
    settings = (site.root / "sitegen.yaml").read_text()
    site.write({"sitegen.yaml": "# moved down\n" + settings.replace("../tides", "../elsewhere")})
    done(site.run("publish"), "published: ")
    assert seen(tmp_path / "elsewhere") == published(site)
    site.write({"sitegen.yaml": settings.replace("title: Tides", "title: Ebbs")})
    refused = site.run("publish")
    assert refused.status == 1
    assert "public/ is older than its sources: sitegen.yaml" in refused.err


def test_build_that_remembers_nothing_is_published(site: Site, tmp_path: Path) -> None:
    begun(site, FOLDER)
    site.write({"content/flood.md": article("flood", "late")})
    assert site.build("--no-cache").status == 0
    done(site.run("publish"), "published: ")
    assert seen(tmp_path / "tides") == published(site)
    shutil.rmtree(site.root / ".sitegen")
    assert site.build("--no-cache").status == 0
    done(site.run("publish"), "nothing changed")
    (site.public / "ebb" / "index.html").write_text("by hand")
    assert "public/ebb/index.html was changed after the build" in site.run("publish").err
    site.write({"content/ebb.md": article("ebb", "[soon](nowhere.md)")})
    assert site.build("--no-cache", "--keep-going").status == 1
    assert "had errors" in site.run("publish").err
    # From now on it is the memory that tells.
    site.write({"content/ebb.md": article("ebb", "soon")})
    build(site)
    done(site.run("publish"), "published: ")
    shutil.rmtree(site.root / ".sitegen")
    assert "nothing is known" in site.run("publish").err


def test_site_with_errors_is_not_published(site: Site, tmp_path: Path) -> None:
    begun(site, FOLDER)
    site.write({"content/ebb.md": article("ebb", "[soon](nowhere.md)")})
    told = site.run("publish", "--build", "near", "--format", "json")
    assert (told.status, told.json()["target"], told.json()["published"]) == (1, "near", False)
    assert told.json()["error"]["message"] == "nothing was published: the site has errors"
    assert "link-broken" in told.err
    assert site.build("--keep-going").status == 1
    refused = site.run("publish")
    assert refused.status == 1
    assert "errors" in refused.err
    assert not (tmp_path / "tides").exists()


def test_drafts_and_what_was_changed_by_hand_are_not_published(site: Site, tmp_path: Path) -> None:
    begun(site, FOLDER)
    assert site.build("--drafts").status == 0
    assert "--drafts" in site.run("publish").err
    build(site)
    (site.public / "ebb" / "index.html").write_text("by hand")
    assert "public/ebb/index.html was changed after the build" in site.run("publish").err
    assert not (tmp_path / "tides").exists()


def test_what_fell_due_since_the_build(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(site, FOLDER)
    site.write({"content/later.md": "---\ndate: 2024-06-20\ntitle: Later\n---\nText.\n"})
    # A build that looks within a tenth of a second of a change cannot say how long it holds.
    time.sleep(0.2)
    build(site)
    done(site.run("publish", "--dry-run"))
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1719300000")
    refused = site.run("publish")
    assert refused.status == 1
    assert "another day" in refused.err


def test_rehearsal_changes_nothing_and_names_each_file(site: Site, tmp_path: Path) -> None:
    begun(site, FOLDER)
    lines = done(site.run("publish", "--dry-run", "-v")).out.splitlines()
    assert "  + media/chart.svg" in lines
    assert (
        lines.index("  + media/chart.svg") < lines.index("  + ebb/index.html") < lines.index("  + index.html")
    )
    assert not (tmp_path / "tides").exists()
    done(site.run("publish"))
    before = contents(tmp_path / "tides")
    edit(site)
    lines = done(site.run("publish", "--dry-run", "--verbose")).out.splitlines()
    assert (
        lines.index("  + drift/index.html")
        < lines.index("  * index.html")
        < lines.index("  - ebb/index.html")
    )
    assert contents(tmp_path / "tides") == before


def test_json_report(site: Site) -> None:
    begun(site, FOLDER)
    done(site.run("publish"))
    edit(site)
    report = done(site.run("publish", "--format", "json")).json()
    assert report["deleted"] == ["ebb/annotations.jsonld", "ebb/index.html"]
    assert "drift/index.html" in report["new"]
    assert (report["published"], report["address"]) == (True, "https://example.org/tides/")
    again = site.run("publish", "--format", "json").json()
    assert (again["published"], again["new"], again["bytes"]) == (False, [], 0)
    (site.root.parent / "tides" / "wharf").write_text("theirs")
    site.write({"content/wharf.md": article("wharf")})
    refused = site.run("publish", "--build", "--format", "json")
    assert (refused.status, refused.json()["error"]["kind"]) == (3, "foreign")
    assert refused.json()["error"]["message"] in refused.err
    assert not refused.json()["published"]


def test_headers_that_were_set_anew_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publication = publication_of(tmp_path, Target(id="bucket", kind="s3", bucket="tides"))
    before = manifest_of(publication.tree, headers=False)
    plan = make_plan(publication.tree, before, headers=True)
    announce(outcome := Outcome(publication, "s3://tides", plan, done=True), verbose=False)
    print_summary(outcome, dry=False)
    said = capsys.readouterr().out
    assert f"0 changed, {len(SITE)} with other headers, 0 deleted" in said
    assert f"published: 0 files sent, {len(SITE)} with other headers, " in said


def test_many_deletions_need_a_yes(site: Site, tmp_path: Path) -> None:
    begun(site, FOLDER, tuple(f"tide-{number}" for number in range(40)))
    done(site.run("publish"))
    before = contents(tmp_path / "tides")
    for number in range(30):
        (site.root / "content" / f"tide-{number}.md").unlink()
    build(site)
    rehearsed = done(site.run("publish", "--dry-run"))
    assert "warning: 30 of " in rehearsed.err
    refused = site.run("publish")
    assert refused.status == 2
    assert "30 of " in refused.err
    assert "--yes" in refused.err
    assert contents(tmp_path / "tides") == before
    done(site.run("publish", "--yes"))
    assert seen(tmp_path / "tides") == published(site)


def test_foreign_files_of_the_output_folder(site: Site, tmp_path: Path) -> None:
    begun(site, FOLDER)
    site.write(
        {
            "public/.well-known/security.txt": "Contact: mailto:ann@example.org\n",
            "public/.gitignore": "*",
            "public/.env": "SECRET=1",
            "public/BingSiteAuth.xml": "<x/>",
        }
    )
    (site.public / "passwd").symlink_to("/etc/passwd")
    done(site.run("publish"))
    there = seen(tmp_path / "tides")
    assert {".well-known/security.txt", "BingSiteAuth.xml"} <= there.keys()
    assert not {".gitignore", ".env", "passwd"} & there.keys()
    for name, shown in (
        (b"caf\xe9.txt", "caf\N{REPLACEMENT CHARACTER}.txt"),
        (b"a\nb", "a\N{REPLACEMENT CHARACTER}b"),
    ):
        odd = os.fsencode(site.public) + b"/" + name
        with open(odd, "wb"):  # noqa: PTH123 - a path of bytes
            pass
        run = site.run("publish")
        assert (run.status, f"public/{shown}: the name is not UTF-8" in run.err) == (3, True), run.err
        os.unlink(odd)  # noqa: PTH108 - a path of bytes


@pytest.mark.parametrize(
    ("targets", "arguments", "said"),
    [
        (FOLDER, ("nowhere",), 'no target "nowhere"'),
        (FOLDER + FOLDER.replace("near", "far"), (), "several targets"),
    ],
)
def test_targets_that_are_not_clear(site: Site, targets: str, arguments: tuple[str, ...], said: str) -> None:
    begun(site, targets)
    run = site.run("publish", *arguments)
    assert run.status == 2
    assert said in run.err


@pytest.mark.parametrize(
    ("setting", "place", "said"),
    [
        ("{kind: folder}", "3:5", 'target "near" lacks "path"'),
        ("{kind: folder, path: a, bucket: b}", "3:43", 'takes no "bucket"'),
        ('{kind: git, remote: "https://ann:pass@example.org/x.git"}', "3:31", "holds a password or token"),
        (
            '{kind: folder, path: a, url: "https://ann:pass@example.org/"}',
            "3:40",
            "holds a name or password",
        ),
        ("{kind: rsync, to: -oProxyCommand=x}", "3:29", "begins with a hyphen"),
        ("{kind: zip, path: a.tar}", "3:29", "is not the name of such a file"),
        ("{kind: s3, bucket: b, prefix: ../x}", "3:41", "is no prefix"),
        ("{kind: carrier-pigeon}", "3:18", "is not known here"),
    ],
)
def test_targets_that_cannot_be_used(site: Site, setting: str, place: str, said: str) -> None:
    site.write({"sitegen.yaml": f"publish:\n  targets:\n    near: {setting}\n"})
    run = site.run("publish", "--format", "json")
    assert run.status == 2
    assert f"sitegen.yaml:{place}: error: " in run.err
    assert said in run.err
    assert run.json()["error"]["kind"] == "settings"
    assert run.json()["error"]["message"].startswith(f"sitegen.yaml:{place}: ")


@pytest.mark.parametrize(
    "line",
    [
        "base_url: https://ann:s3cr3tword@example.org/",
        "publish: {targets: {near: {kind: s3, bucket: b, endpoint: 'https://s3cr3tword@example.org'}}}",
        "publish: {targets: {near: {kind: netlify, site: tides, auth_token: s3cr3tword}}}",
    ],
)
def test_secret_in_the_settings_is_refused_and_not_shown(site: Site, line: str) -> None:
    site.write({"sitegen.yaml": f"{line}\n"})
    for arguments in (("publish", "--format", "json"), ("build",)):
        run = site.run(*arguments)
        assert run.status == 2
        assert "sitegen.yaml:1:" in run.err
        assert "**********" in run.err
        assert "s3cr3tword" not in run.out + run.err


def test_default_that_is_no_target(site: Site) -> None:
    site.write({"sitegen.yaml": "publish:\n  default: pagse\n  targets:\n    pages: {kind: git}\n"})
    run = site.run("publish")
    assert (run.status, 'did you mean "pages"?' in run.err) == (2, True)


# --- the first time


def test_without_a_target_the_likely_one_is_named(site: Site) -> None:
    subprocess.run(("git", "-C", str(site.root), "init", "--quiet"), check=True)
    address = "https://ann:s3cr3tword@git.example.org/tides.git"
    subprocess.run(("git", "-C", str(site.root), "remote", "add", "origin", address), check=True)
    run = site.run("publish")
    assert run.status == 2
    assert "pages: {kind: git, remote: origin, branch: gh-pages}" in run.err
    assert "s3cr3tword" not in run.err


def test_first_time_asks_writes_and_publishes(site: Site, tmp_path: Path) -> None:
    settings = "title: Tides # mine\r\nbase_url: https://example.org/"
    site.write({"sitegen.yaml": settings, "content/ebb.md": article("ebb")})
    master, slave = pty.openpty()
    program = (sys.executable, "-m", "sitegen", "--site", str(site.root), "publish")
    with subprocess.Popen(program, stdin=slave, stdout=slave, stderr=slave) as running:
        os.close(slave)
        os.write(master, b"1\ny\n")
        said = b""
        while chunk := read(master):
            said += chunk
        assert running.wait() == 0, said.decode()
    os.close(master)
    assert b"published: " in said
    written = (site.root / "sitegen.yaml").read_bytes().decode()
    assert written.startswith(settings)
    assert "folder: {kind: folder, path: ../site-published}" in written
    assert written.count("\n") == written.count("\r\n") == 7
    assert seen(tmp_path / "site-published") == published(site)


def read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:
        # A terminal whose other end is closed.
        return b""


# --- looking afterwards


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def test_check_fetches_what_was_published(site: Site, tmp_path: Path) -> None:
    (tmp_path / "tides").mkdir()
    with serving(tmp_path) as address:
        begun(site, f"    near: {{kind: folder, path: ../tides, url: {address}tides/}}\n")
        done(site.run("publish", "--check"), "published: ")
        edit(site)
        done(site.run("publish", "--check"), "deleted")
        done(site.run("publish", "--check"), "nothing changed")
        wrong = site.write(
            {
                "sitegen.yaml": (site.root / "sitegen.yaml")
                .read_text()
                .replace(f"{address}tides/", f"{address}elsewhere/")
            }
        )
        build(wrong)
        run = site.run("publish", "--check", "--format", "json")
        assert run.status == 3
        assert f"{address}elsewhere/: status 404" in run.json()["differing"]


@contextmanager
def hanging_up(answers: int) -> Iterator[tuple[str, list[str]]]:
    """A server that gives a few answers (none are right), and from then on ends every connection without a word."""
    asked: list[str] = []

    class HangingUp(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            if len(asked) <= answers:
                self.send_error(500)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), HangingUp)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("answers", [0, 3])
def test_server_that_answers_nothing_is_not_asked_for_everything(answers: int, tmp_path: Path) -> None:
    tree = read_tree(built(tmp_path, {f"{number}/index.html": "" for number in range(200)}))
    with hanging_up(answers) as (address, asked):
        seen = seen_at(Look(address, tree.values()), Silence(), patience=0)
    assert (len(seen.differing), len(seen.unasked)) == (answers, 200 - answers)
    assert "disconnected" in seen.silence
    assert len(asked) < 40


def test_check_says_that_no_server_answers(site: Site) -> None:
    begun(site, FOLDER.replace("}", ", url: http://127.0.0.1:1/}"))  # nobody listens at port 1
    done(site.run("publish"))
    run = site.run("publish", "--check")
    assert run.status == 3
    assert "addresses could not be looked at: no server answers (Connection refused)" in run.err
    told = site.run("publish", "--check", "--format", "json").json()
    assert "http://127.0.0.1:1/ebb/" in told["unasked"]
    assert told["differing"] == []


# --- secrets


def test_secrets_are_taken_out_of_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_TOKEN", "zq81-token-of-tests")
    assert find_secret(("NOT_SET_AT_ALL", "A_TOKEN")) == "zq81-token-of-tests"
    kept_secret("zq82-pass")
    text = "zq81-token-of-tests https://ann:zq82-pass@host/ https://tok3n@host/ ssh://git@host/x git@host:x"
    assert scrubbed(text) == "*** https://ann:***@host/ https://***@host/ ssh://git@host/x git@host:x"


def test_token_for_git_is_in_no_output_and_no_list_of_processes(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = "zq83-" + "t0ken" * 4
    monkeypatch.setenv("SITEGEN_GIT_TOKEN", token)
    with refusing() as (address, asked):
        begun(site, f"    pages: {{kind: git, remote: {address}tides.git}}\n")
        seen_by = tmp_path / "processes"
        real = os.environ["PATH"]
        (tmp_path / "bin").mkdir()
        spy = tmp_path / "bin" / "git"
        spy.write_text(f'#!/bin/sh\nprintf "%s\\n" "$*" >> {seen_by}\nPATH={real} exec git "$@"\n')
        spy.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:{real}")
        run = site.run("publish", "-v")
    assert run.status == 3
    # It was handed over, and refused.
    assert any(header.startswith("Basic ") for header in asked)
    said = run.out + run.err + seen_by.read_text()
    kept = b"".join(content for name, content in contents(site.root).items() if name.startswith(".sitegen"))
    assert token not in said
    assert token.encode() not in kept


@contextmanager
def refusing() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Refusing(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("Authorization", ""))
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="tides"')
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()


def test_report_is_json(site: Site) -> None:
    begun(site, FOLDER)
    assert json.loads(site.run("publish", "--dry-run", "--format", "json").out)["dry_run"] is True
