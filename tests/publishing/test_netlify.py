"""Publishing to Netlify, against a server that follows its public documentation."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from faulty import Asked, Fault, Faulty, serving
from netlify_server import Deploy, Netlify
from small_sites import SITE, Files, edited, publication_of, publish

from sitegen.model.records import Target
from sitegen.publishing.errors import PublishError
from sitegen.publishing.netlify import KEEPSAKE, publisher
from sitegen.publishing.plan import make_plan
from sitegen.publishing.progress import Silence

TOKEN = "nfp_a-token-of-tests"  # noqa: S105 - opens nothing


@dataclass
class Host:
    service: Netlify
    faulty: Faulty
    target: Target

    def sent(self) -> list[str]:
        return [path.rpartition("/files/")[2] for path in self.faulty.paths("PUT")]

    def shown(self) -> dict[str, bytes]:
        """What readers are served, but for sitegen's own records."""
        own = {KEEPSAKE, "_headers"}
        return {path: content for path, content in sorted(self.service.live().items()) if path not in own}


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setenv("NETLIFY_AUTH_TOKEN", TOKEN)
    monkeypatch.setattr("sitegen.publishing.service._pause", lambda _tried: 0.01)
    service = Netlify(TOKEN)
    faulty = Faulty(service)
    with serving(faulty) as address:
        endpoint = f"{address}/api/v1/"
        yield Host(service, faulty, Target(id="n", kind="netlify", site="checked", endpoint=endpoint))


def held(files: Files) -> dict[str, bytes]:
    return {path: text if isinstance(text, bytes) else text.encode() for path, text in sorted(files.items())}


def refusal(host: Host, root: Path, files: Files = SITE) -> PublishError:
    with pytest.raises(PublishError) as error:
        publish(publisher(publication_of(root, host.target, files)))
    assert TOKEN not in f"{error.value}{error.value.hint}"
    return error.value


def test_only_what_netlify_lacks_is_sent(host: Host, tmp_path: Path) -> None:
    publish(publisher(publication_of(tmp_path, host.target)))
    assert host.shown() == held(SITE)
    # The two empty annotations have one digest: they are sent once.
    assert len(host.sent()) == len(SITE) - 1 + 2
    host.faulty.forget()
    assert publish(publisher(publication_of(tmp_path, host.target))).is_empty
    assert host.faulty.counts() == {"GET": 3}
    files = edited(SITE, "media/beach.png", ebb__index_html="Ebb")
    host.faulty.forget()
    publish(publisher(publication_of(tmp_path, host.target, files)))
    assert host.shown() == held(files)
    assert sorted(host.sent()) == ["ebb/index.html", KEEPSAKE]


def test_headers_are_told(host: Host, tmp_path: Path) -> None:
    publish(publisher(publication_of(tmp_path, host.target)))
    told = host.service.live()["_headers"].decode()
    assert "/assets/*\n  Cache-Control: public, max-age=31536000, immutable\n" in told
    assert "/feed.xml\n  Content-Type: application/atom+xml; charset=utf-8\n" in told
    publish(publisher(publication_of(tmp_path, host.target, {**SITE, "_headers": "/*\n  X-Own: 1\n"})))
    assert host.service.live()["_headers"] == b"/*\n  X-Own: 1\n"


def test_files_of_others_are_carried_over(host: Host, tmp_path: Path) -> None:
    other = hashlib.sha1(b"theirs", usedforsecurity=False).hexdigest()
    host.service.known[other] = b"theirs"
    host.service.deploys["old"] = Deploy("old", {"/verify.txt": other}, "", set(), "ready", draft=False)
    host.service.published = "old"
    publish(publisher(publication_of(tmp_path, host.target)))
    publish(publisher(publication_of(tmp_path, host.target, edited(SITE, "claims.json"))))
    assert host.shown() == held(edited(SITE, "claims.json")) | {"verify.txt": b"theirs"}
    made = publisher(publication_of(tmp_path, host.target, {**SITE, "verify.txt": "ours"}))
    assert make_plan(made.tree(), made.remote()).foreign == ("verify.txt",)


def test_large_sites_are_prepared_first(host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.publishing.netlify.LARGE", 5)
    monkeypatch.setattr("sitegen.publishing.netlify.PAUSE", 0.01)
    publish(publisher(publication_of(tmp_path, host.target)))
    assert host.shown() == held(SITE)
    assert host.service.deploys["deploy-1"].polls == 0


@pytest.mark.parametrize("fault", ["500", "429", "cut", "lost"])
def test_every_third_request_fails(host: Host, tmp_path: Path, fault: Fault) -> None:
    host.faulty.choose = lambda number, _asked: fault if number % 3 == 0 else None
    publish(publisher(publication_of(tmp_path, host.target)))
    assert host.faulty.failed[fault] > 2
    assert host.shown() == held(SITE)


def test_failed_upload_leaves_the_old_site_whole(host: Host, tmp_path: Path) -> None:
    publish(publisher(publication_of(tmp_path, host.target)))
    host.faulty.forget()
    files = edited(SITE, "claims.json", ebb__index_html="Ebb", tides__index_html="Tides", index_html="Home")

    def choose(_number: int, asked: Asked) -> Fault | None:
        return "403" if asked.path.endswith("/files/index.html") else None

    host.faulty.choose = choose
    assert refusal(host, tmp_path, files).kind == "refused"
    assert host.shown() == held(SITE)
    assert host.service.deploys["deploy-2"].state == "error"
    sent = set(host.sent())
    host.faulty.forget()
    publish(publisher(publication_of(tmp_path, host.target, files)))
    assert host.shown() == held(files)
    assert sent & set(host.sent()) <= {"index.html", KEEPSAKE}


def test_two_publishers_at_once(host: Host, tmp_path: Path) -> None:
    """Each has planned from the same deploy. The one that is done first wins, the other is told."""
    publish(publisher(publication_of(tmp_path / "one", host.target)))
    slow = publisher(
        publication_of(tmp_path / "one", host.target, edited(SITE, index_html="Slow", claims_json="{}"))
    )
    plan = make_plan(slow.tree(), slow.remote())
    files = edited(SITE, index_html="Quick")
    done = False

    def meanwhile(_number: int, asked: Asked) -> None:
        nonlocal done
        if asked.method == "PUT" and not done:
            done = True
            publish(publisher(publication_of(tmp_path / "two", host.target, files)))

    host.faulty.choose = meanwhile
    with pytest.raises(PublishError, match="someone else published meanwhile") as error:
        slow.carry_out(plan, Silence())
    assert error.value.kind == "busy"
    assert host.shown() == held(files)


def test_preview_of_a_branch_leaves_the_live_site(host: Host, tmp_path: Path) -> None:
    publish(publisher(publication_of(tmp_path, host.target)))
    preview = Target(id="p", kind="netlify", site="checked", branch="next", endpoint=host.target.endpoint)
    publish(publisher(publication_of(tmp_path, preview, edited(SITE, index_html="Next"))))
    assert host.shown() == held(SITE)
    assert host.service.deploys["deploy-2"].draft


def test_tokens(host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NETLIFY_AUTH_TOKEN", "nfp_one-that-is-not-known")
    error = refusal(host, tmp_path)
    assert (error.kind, error.message) == ("refused", "Netlify refused the token (Access Denied)")
    monkeypatch.delenv("NETLIFY_AUTH_TOKEN")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert refusal(host, tmp_path).message == "there is no token for Netlify"
    (tmp_path / "netlify").mkdir()
    stored = {"userId": "1", "users": {"1": {"auth": {"token": TOKEN}}}}
    (tmp_path / "netlify/config.json").write_text(json.dumps(stored))
    publish(publisher(publication_of(tmp_path, host.target)))
    assert host.shown() == held(SITE)


def test_what_netlify_cannot_hold(host: Host, tmp_path: Path) -> None:
    assert "its name holds a # or ?" in refusal(host, tmp_path, {"what?.html": "x"}).message
    unknown = Host(
        host.service, host.faulty, Target(id="n", kind="netlify", site="x", endpoint=host.target.endpoint)
    )
    assert refusal(unknown, tmp_path).kind == "missing"
