"""Publishing to Cloudflare Pages, against a server that does what wrangler expects."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cloudflare_server import Cloudflare
from faulty import Asked, Fault, Faulty, serving
from small_sites import SITE, Files, edited, publication_of, publish

from sitegen.model.records import Target
from sitegen.publishing.cloudflare import KEEPSAKE, publisher
from sitegen.publishing.errors import PublishError
from sitegen.publishing.plan import make_plan
from sitegen.publishing.progress import Silence

TOKEN = "cf-a-token-of-tests"  # noqa: S105 - opens nothing


@dataclass
class Host:
    service: Cloudflare
    faulty: Faulty
    target: Target

    def uploads(self) -> int:
        return sum("assets/upload" in path for path in self.faulty.paths("POST"))

    def shown(self) -> dict[str, bytes]:
        return {path: content for path, content in sorted(self.service.live().items()) if path != KEEPSAKE}


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", TOKEN)
    monkeypatch.setattr("sitegen.publishing.service._pause", lambda _tried: 0.01)
    service = Cloudflare(TOKEN)
    faulty = Faulty(service)
    with serving(faulty) as address:
        service.address = address
        target = Target(
            id="c",
            kind="cloudflare",
            site="checked",
            account=service.account,
            endpoint=f"{address}/client/v4/",
        )
        yield Host(service, faulty, target)


def held(files: Files) -> dict[str, bytes]:
    return {path: text if isinstance(text, bytes) else text.encode() for path, text in sorted(files.items())}


def refusal(host: Host, root: Path, files: Files = SITE) -> PublishError:
    with pytest.raises(PublishError) as error:
        publish(publisher(publication_of(root, host.target, files)))
    assert TOKEN not in f"{error.value}{error.value.hint}"
    return error.value


def test_only_what_cloudflare_lacks_is_sent(host: Host, tmp_path: Path) -> None:
    publish(publisher(publication_of(tmp_path, host.target)))
    assert host.shown() == held(SITE)
    assert "text/html; charset=utf-8" in host.service.types.values()
    assert "/assets/*\n  Cache-Control:" in host.service.deployments[-1].rules["_headers"]
    host.faulty.forget()
    assert publish(publisher(publication_of(tmp_path, host.target))).is_empty
    assert host.faulty.counts() == {"GET": 2}
    known = set(host.service.assets)
    files = edited(SITE, "media/beach.png", ebb__index_html="Ebb")
    plan = publish(publisher(publication_of(tmp_path, host.target, files)))
    assert list(plan.lines()) == ["* ebb/index.html", "- media/beach.png"]
    assert host.shown() == held(files)
    assert len(set(host.service.assets) - known) == 2, "the page and the manifest"


def test_files_go_in_batches(host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitegen.publishing.cloudflare._BATCH", 8_000)
    files = {f"media/{number}.bin": bytes([number]) * 3_000 for number in range(5)}
    publish(publisher(publication_of(tmp_path, host.target, files)))
    assert host.uploads() == 3
    assert host.shown() == files


def test_expired_pass_is_renewed(host: Host, tmp_path: Path) -> None:
    host.service.lifetime = 1
    publish(publisher(publication_of(tmp_path, host.target)))
    assert host.service.passes > 2
    assert host.shown() == held(SITE)


@pytest.mark.parametrize("fault", ["500", "429", "cut", "lost"])
def test_every_third_request_fails(host: Host, tmp_path: Path, fault: Fault) -> None:
    host.faulty.choose = lambda number, _asked: fault if number % 3 == 0 else None
    publish(publisher(publication_of(tmp_path, host.target)))
    assert host.faulty.failed[fault] > 1
    assert host.shown() == held(SITE)


@pytest.mark.parametrize("broken", ["check-missing", "assets/upload", "upsert-hashes", "deployments"])
def test_failed_upload_leaves_the_old_site_whole(host: Host, tmp_path: Path, broken: str) -> None:
    publish(publisher(publication_of(tmp_path, host.target)))
    files = edited(SITE, "claims.json", ebb__index_html="Ebb")
    host.faulty.choose = lambda _number, asked: "403" if broken in asked.path else None
    assert refusal(host, tmp_path, files).kind == "refused"
    assert host.shown() == held(SITE)
    host.faulty.forget()
    publish(publisher(publication_of(tmp_path, host.target, files)))
    assert host.shown() == held(files)


def test_two_publishers_at_once(host: Host, tmp_path: Path) -> None:
    publish(publisher(publication_of(tmp_path / "one", host.target)))
    slow = publisher(publication_of(tmp_path / "one", host.target, edited(SITE, index_html="Slow")))
    plan = make_plan(slow.tree(), slow.remote())
    files = edited(SITE, index_html="Quick")
    done = False

    def meanwhile(_number: int, asked: Asked) -> None:
        nonlocal done
        if "assets/upload" in asked.path and not done:
            done = True
            publish(publisher(publication_of(tmp_path / "two", host.target, files)))

    host.faulty.choose = meanwhile
    with pytest.raises(PublishError, match="someone else published meanwhile") as error:
        slow.carry_out(plan, Silence())
    assert error.value.kind == "busy"
    assert host.shown() == held(files)


def test_preview_of_a_branch(host: Host, tmp_path: Path) -> None:
    target = replace(host.target, branch="next")
    publish(publisher(publication_of(tmp_path, target)))
    assert host.service.deployments[-1].branch == "next"


def test_tokens(host: Host, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "cf-one-that-is-not-known")
    error = refusal(host, tmp_path)
    assert (error.kind, error.message) == ("refused", "Cloudflare refused the token (Authentication error)")
    monkeypatch.delenv("CLOUDFLARE_API_TOKEN")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert refusal(host, tmp_path).message == "there is no token for Cloudflare"
    (tmp_path / ".wrangler/config").mkdir(parents=True)
    (tmp_path / ".wrangler/config/default.toml").write_text(f'oauth_token = "{TOKEN}"\n')
    publish(publisher(publication_of(tmp_path, host.target)))
    assert host.shown() == held(SITE)


def test_what_cloudflare_cannot_hold(host: Host, tmp_path: Path) -> None:
    large = refusal(host, tmp_path, {"media/film.mp4": bytes(25 * 1024 * 1024 + 1)})
    assert "media/film.mp4 cannot be published to Cloudflare Pages" in large.message
    unknown = Host(host.service, host.faulty, replace(host.target, site="x"))
    assert refusal(unknown, tmp_path).kind == "missing"
