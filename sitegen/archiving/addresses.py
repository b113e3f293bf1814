"""Which machines may be asked: names are resolved once, and the very address that was looked at is connected to."""

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Resolver = Callable[[str, int], tuple[str, ...]]
"""A host and a port to addresses, in the order in which they are tried. Raises `OSError` where the name has none."""

_LOGIN = re.compile(r"\s*(?:[^/?#]*:)?[/\\]{2,}[^/?#\\]*@")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_COMPATIBLE = ipaddress.IPv6Network("::/96")


class RefusedError(Exception):
    """An address that must not be asked; the text says why."""


def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host, as this machine's own resolver knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Guard:
    """Lets no request into this machine or a private network, unless `private` allows it."""

    private: bool = False
    resolve: Resolver = field(default=resolve)

    def check(self, url: str) -> None:
        """Raise `RefusedError` for an address that is not one of the web; nothing is looked up."""
        if has_login(url):
            raise RefusedError("an address with a name or password in it is not opened")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise RefusedError(f"{url} is not an address") from error
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise RefusedError(f"{url} is not an address that begins with http:// or https://")
        if port == 0:
            raise RefusedError(f"{url} names no port")

    def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """Where a connection to a host may go.

        All answers are looked at: a name that leads both out and in is refused. Raises `RefusedError`, and `OSError`
        where the name has no address.
        """
        found = self.resolve(host, port)
        inner = () if self.private else tuple(entry for entry in found if is_inner(entry))
        if inner:
            raise RefusedError(f"{host} leads to {inner[0]}, which is in this machine or a private network")
        if not found:
            raise OSError(f"{host} has no address")
        return found


def has_login(url: str) -> bool:
    """Whether an address holds a name or a password, also where it is none that could be opened."""
    return _LOGIN.match(url) is not None


def is_inner(address: str) -> bool:
    """Whether an IP address is none of the public internet, also where it is wrapped in another."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return True
    return any(not entry.is_global or entry.is_multicast for entry in (parsed, *_wrapped(parsed)))


def _wrapped(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> Iterable[ipaddress.IPv4Address]:
    """The IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return
    if address.ipv4_mapped is not None:
        yield address.ipv4_mapped
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if address in _NAT64 or address in _COMPATIBLE:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
