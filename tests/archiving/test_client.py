"""The client: where it may go, how much it takes, how often it asks."""

import gzip
import socket
import ssl
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli
import pytest
import trustme
from archive_server import PROSE, Answer, Ask, Web, page
from hypothesis import given
from hypothesis import strategies as st

from sitegen.archiving.addresses import Guard, is_inner
from sitegen.archiving.client import Client, Fetched, FetchError, Limits, retry_after
from sitegen.archiving.encodings import TooLargeError, decoded

QUICK = Limits(pause=0, backoff=0.01, connect=5, read=5, whole=10)
OPEN = Guard(private=True)


def fetch(url: str, limits: Limits = QUICK, guard: Guard = OPEN, *, robots: bool = False) -> Fetched:
    with Client(limits, guard=guard, robots=robots) as client:
        return client.fetch(url)


def kind_of(url: str, limits: Limits = QUICK, guard: Guard = OPEN, *, robots: bool = False) -> str:
    with pytest.raises(FetchError) as caught:
        fetch(url, limits, guard, robots=robots)
    return str(caught.value.kind)


@pytest.mark.parametrize("coding", ["gzip", "br", ""])
def test_bodies_are_decompressed(web: Web, coding: str) -> None:
    body = page("Minutes", *PROSE)
    sent = {"gzip": gzip.compress, "br": brotli.compress, "": bytes}[coding](body)
    web.pages["/a"] = Answer(sent, headers={"Content-Encoding": coding} if coding else {})
    assert fetch(f"{web.base}/a").body == body


@pytest.mark.parametrize("compress", [gzip.compress, brotli.compress])
def test_a_small_answer_that_holds_a_large_one_is_refused(web: Web, compress: object) -> None:
    assert callable(compress)
    coding = "gzip" if compress is gzip.compress else "br"
    web.pages["/bomb"] = Answer(compress(bytes(20_000_000)), headers={"Content-Encoding": coding})
    assert kind_of(f"{web.base}/bomb", Limits(size=1_000_000, pause=0)) == "too-large"


@pytest.mark.parametrize("send_length", [True, False])
def test_large_bodies_are_refused(web: Web, *, send_length: bool) -> None:
    web.pages["/large"] = Answer(bytes(300_000), send_length=send_length)
    assert kind_of(f"{web.base}/large", Limits(size=100_000, pause=0)) == "too-large"


def test_a_body_that_is_cut_off_is_no_answer(web: Web) -> None:
    web.pages["/cut"] = Answer(gzip.compress(page("x", *PROSE))[:-20], headers={"Content-Encoding": "gzip"})
    web.pages["/odd"] = Answer(b"x", headers={"Content-Encoding": "rot13"})
    assert kind_of(f"{web.base}/cut") == "protocol"
    assert kind_of(f"{web.base}/odd") == "protocol"


def test_redirects_are_followed_and_told(web: Web) -> None:
    web.pages["/a"] = Answer(status=301, headers={"Location": "/b?x=1"})
    web.pages["/b?x=1"] = Answer(b"here", kind="Text/Plain; Charset=ISO-8859-1")
    found = fetch(f"{web.base}/a#part")
    assert (found.final, found.redirects, found.body) == (f"{web.base}/b?x=1", (f"{web.base}/a",), b"here")
    assert (found.media_type, found.charset) == ("text/plain", "iso-8859-1")


def test_circles_and_endless_redirects_end(web: Web) -> None:
    web.pages["/a"] = Answer(status=302, headers={"Location": "/b"})
    web.pages["/b"] = Answer(status=302, headers={"Location": "/a"})
    web.pages["/on*"] = lambda ask: Answer(status=302, headers={"Location": f"{ask.path}x"})
    assert kind_of(f"{web.base}/a") == "protocol"
    assert kind_of(f"{web.base}/on") == "protocol"


@pytest.mark.parametrize("status", [404, 410, 500])
def test_an_error_status_is_an_answer(web: Web, status: int) -> None:
    web.pages["/gone"] = Answer(b"gone", status=status)
    assert fetch(f"{web.base}/gone").status == status


def test_what_passes_is_asked_for_again(web: Web) -> None:
    answers = [Answer(status=503, headers={"Retry-After": "0"}), Answer(status=429), Answer(b"at last")]
    web.pages["/busy"] = lambda _: answers[min(len(web.asked), 3) - 1]
    assert fetch(f"{web.base}/busy").body == b"at last"
    assert len(web.asked) == 3


def test_who_stays_busy_is_left_alone(web: Web) -> None:
    web.pages["/busy"] = Answer(status=503)
    web.pages["/later"] = Answer(status=429, headers={"Retry-After": "86400"})
    assert kind_of(f"{web.base}/busy") == "busy"
    assert len(web.asked) == QUICK.retries + 1
    assert kind_of(f"{web.base}/later") == "busy"
    assert len(web.asked) == QUICK.retries + 2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("²", None),
        ("-5", None),
        ("Mon, 01 Jan 99999999999999999999999 00:00:00 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    assert retry_after(header) == seconds


def test_a_wait_is_told_in_days_where_it_is_long(web: Web) -> None:
    for header, words in (("9" * 5000, "more than a year"), ("864000", "10 days")):
        web.pages["/later"] = Answer(status=429, headers={"Retry-After": header})
        with pytest.raises(FetchError, match=words):
            fetch(f"{web.base}/later")


@pytest.mark.parametrize(
    "target",
    [
        "data:text/html,x",
        "http://[::1/x",
        "http://u:hunter2@127.0.0.1:99999/",
        "//u:hunter2@127.0.0.1/",
        "http://a..b/",
    ],
)
def test_a_redirect_to_no_address_is_told_without_a_password(web: Web, target: str) -> None:
    web.pages["/a"] = Answer(status=302, headers={"Location": target})
    with pytest.raises(FetchError) as caught:
        fetch(f"{web.base}/a")
    assert caught.value.kind in {"protocol", "refused", "unreachable"}
    assert "hunter2" not in caught.value.message


def test_a_name_that_cannot_be_asked_for_is_refused() -> None:
    for url in (
        "http://[::1/",
        "http://b:hunter2@x:99999/",
    ):
        with pytest.raises(FetchError) as caught:
            fetch(url)
        assert (caught.value.kind, "hunter2" in caught.value.message) == ("refused", False)


def test_a_server_that_never_ends_is_given_up_and_not_asked_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked = []

        def trickle() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    asked.append(connection)
                    with connection, suppress(OSError):
                        while True:
                            connection.sendall(b"H")
                            stop.wait(0.05)

        stop = threading.Event()
        threading.Thread(target=trickle, daemon=True).start()
        limits = Limits(pause=0, whole=0.4, backoff=0.01)
        assert kind_of(f"http://127.0.0.1:{server.getsockname()[1]}/", limits) == "timeout"
        assert len(asked) == 1


def test_a_closed_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert kind_of(f"http://127.0.0.1:{port}/", Limits(pause=0, retries=0)) == "unreachable"
    assert kind_of("http://no-such-name.invalid/", Limits(pause=0, retries=0)) == "unreachable"


# --- robots


def test_robots_are_heeded_in_bulk_alone(web: Web) -> None:
    web.pages["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /private/*.html$\n", kind="text/plain")
    web.pages["/private/a.html"] = web.pages["/open"] = Answer(b"x")
    web.pages["/to"] = Answer(status=302, headers={"Location": "/private/a.html"})
    assert kind_of(f"{web.base}/private/a.html", robots=True) == "robots"
    assert kind_of(f"{web.base}/to", robots=True) == "robots"
    assert "/private/a.html" not in web.paths
    assert fetch(f"{web.base}/open", robots=True).status == 200
    assert fetch(f"{web.base}/private/a.html").status == 200


def test_robots_that_fail_forbid_and_robots_that_are_not_there_allow(web: Web) -> None:
    web.pages["/a"] = Answer(b"x")
    assert fetch(f"{web.base}/a", robots=True).status == 200
    web.pages["/robots.txt"] = Answer(status=500)
    assert kind_of(f"{web.base}/a", robots=True) == "robots"


def test_of_endless_robots_the_beginning_is_heeded(web: Web) -> None:
    web.pages["/a"] = web.pages["/b"] = Answer(b"x")
    rules = b"User-agent: *\nDisallow: /a\n" + b"# more\n" * 80_000
    web.pages["/robots.txt"] = Answer(rules, kind="text/plain")
    assert kind_of(f"{web.base}/a", robots=True) == "robots"
    assert fetch(f"{web.base}/b", robots=True).status == 200


# --- the guard


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.1", "224.0.0.1", "::1",
     "::", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "::7f00:1", "nonsense"],
)  # fmt: skip
def test_inner_addresses(address: str) -> None:
    assert is_inner(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "64:ff9b::101:101"])
def test_outer_addresses(address: str) -> None:
    assert not is_inner(address)


@pytest.mark.parametrize(
    "url",
    ["http://localhost:1/", "http://127.1/", "http://0x7f000001/", "http://[::1]/", "file:///etc/passwd", "ftp://x/", "http://a:b@x/"],
)  # fmt: skip
def test_nothing_leads_into_this_machine(url: str) -> None:
    assert kind_of(url, QUICK, Guard()) == "refused"


def test_a_redirect_into_the_network_is_refused(web: Web) -> None:
    port = int(web.base.rpartition(":")[2])
    web.pages["/in"] = Answer(status=302, headers={"Location": f"http://inner.example:{port}/secret"})
    names = {"public.example": "127.0.0.1", "inner.example": "10.0.0.1"}

    class Half(Guard):
        """Takes this machine's own server for one of the web."""

        def addresses(self, host: str, port: int) -> tuple[str, ...]:
            return ("127.0.0.1",) if host == "public.example" else super().addresses(host, port)

    guard = Half(resolve=lambda host, _: (names[host],))
    assert kind_of(f"http://public.example:{port}/in", QUICK, guard) == "refused"
    assert web.paths == ["/in"]


def test_the_address_that_was_looked_at_is_the_one_connected_to(web: Web) -> None:
    port = int(web.base.rpartition(":")[2])
    looked: list[str] = []

    def turning(host: str, _: int) -> tuple[str, ...]:
        looked.append(host)
        return ("93.184.216.34", "127.0.0.1")

    assert kind_of(f"http://turning.example:{port}/", QUICK, Guard(resolve=turning)) == "refused"
    web.pages["/"] = Answer(b"x")
    looked.clear()
    with Client(QUICK, guard=Guard(private=True, resolve=lambda *_: ("127.0.0.1",)), robots=False) as client:
        assert client.fetch(f"http://no-such-name.invalid:{port}/").status == 200


# --- decoding


@given(st.binary(max_size=3000), st.integers(1, 50), st.sampled_from(["gzip", "br", "identity"]))
def test_any_body_in_any_pieces(body: bytes, size: int, coding: str) -> None:
    sent = {"gzip": gzip.compress, "br": brotli.compress, "identity": bytes}[coding](body)
    chunks = [sent[start : start + size] for start in range(0, len(sent), size)]
    assert decoded(chunks, coding, 3000) == body
    if len(body) > 10:
        with pytest.raises(TooLargeError):
            decoded(chunks, coding, 10 - (coding == "identity"))


def test_the_client_says_who_it_is(web: Web) -> None:
    seen: list[Ask] = []
    web.pages["/a"] = lambda ask: seen.append(ask) or Answer(b"x")  # type: ignore[func-returns-value]  # appending
    with Client(QUICK, guard=OPEN, robots=False, user_agent="checker/1 (+https://example.org/)") as client:
        client.fetch(f"{web.base}/a")
    assert seen[0].headers["user-agent"] == "checker/1 (+https://example.org/)"


def test_a_server_that_cannot_prove_who_it_is_gives_nothing() -> None:
    """A certificate of an authority that nobody trusts, and one of another name: the page is not even asked for."""
    authority, asked = trustme.CA(), []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("harbour.test").configure_cert(context)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=lambda: server.serve_forever(poll_interval=0.02), daemon=True).start()
    to_server = Guard(private=True, resolve=lambda *_: ("127.0.0.1",))
    try:
        for host in ("harbour.test", "other.test"):
            assert kind_of(f"https://{host}:{server.server_port}/a", guard=to_server) == "tls"
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []


def test_who_waits_is_let_go_when_the_client_is_closed() -> None:
    """For a server that says nothing, and for one that wants to be asked again later."""
    ended: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as silent, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        client = Client(Limits(pause=0, backoff=60, read=60), guard=OPEN, robots=False)

        def wait_for(port: int) -> None:
            with pytest.raises(FetchError) as caught:
                client.fetch(f"http://127.0.0.1:{port}/")
            ended.append(caught.value.kind)

        ports = (silent.getsockname()[1], closed.getsockname()[1])
        threads = [threading.Thread(target=wait_for, args=(port,), daemon=True) for port in ports]
        for thread in threads:
            thread.start()
        connection, _ = silent.accept()
        with connection:
            connection.recv(1024)
            client.close()
            for thread in threads:
                thread.join(30)
    assert ended == ["timeout", "timeout"]
