"""Passing requests on to another server, byte for byte, so that what a real daemon is asked can be counted."""

import http.client
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"})


def forward(address: str) -> WSGIApplication:
    """An application that asks the server at an address the same, and answers what it answers."""
    host = urlsplit(address).netloc

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        # The path as it came: signatures are made over its very letters.
        raw = environ.get("REQUEST_URI") or environ["RAW_URI"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers = {
            name[5:].replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            if environ.get(name):
                headers[name.replace("_", "-").lower()] = environ[name]
        connection = http.client.HTTPConnection(host, timeout=60)
        try:
            connection.request(environ["REQUEST_METHOD"], raw, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        told = [(name, value) for name, value in answer.getheaders() if name.lower() not in _HOP]
        length = (
            answer.getheader("Content-Length", "0")
            if environ["REQUEST_METHOD"] == "HEAD"
            else str(len(content))
        )
        start_response(f"{answer.status} {answer.reason}", [*told, ("Content-Length", length)])
        return [content]

    return application
