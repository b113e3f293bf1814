"""WARC files: an answer with its headers, in the form that web archives exchange."""

import datetime as dt
import io

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from sitegen import __version__
from sitegen.archiving.client import Fetched

_NOT_AS_SENT = frozenset({"content-encoding", "transfer-encoding", "content-length"})
_PRIVATE = frozenset({"set-cookie", "set-cookie2"})


def warc_of(answer: Fetched, moment: dt.datetime) -> bytes:
    """A compressed WARC file with the answer, fetched at a moment (with its time zone).

    The body is kept decompressed; headers that speak of its transport keep their value under `X-Archive-Orig-…`.
    Cookies are left out.
    """
    written = io.BytesIO()
    writer = WARCWriter(written, gzip=True)
    stamp = moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    writer.write_record(
        writer.create_warcinfo_record(
            "", {"software": f"sitegen {__version__}", "format": "WARC File Format 1.1"}
        )
    )
    headers = [
        (f"X-Archive-Orig-{name}" if name in _NOT_AS_SENT else name, value)
        for name, value in answer.headers
        if name not in _PRIVATE
    ]
    headers.append(("Content-Length", str(len(answer.body))))
    writer.write_record(
        writer.create_warc_record(
            answer.final,
            "response",
            payload=io.BytesIO(answer.body),
            http_headers=StatusAndHeaders(f"{answer.status} ", headers, protocol="HTTP/1.1"),
            warc_headers_dict={"WARC-Date": stamp},
        )
    )
    return written.getvalue()
