"""The one way out to an address that somebody typed: https only, to public addresses only, so much and so long.

A therapist's calendar address could as well lead into the practice's own network. So every name is resolved here, the
address that is connected to is the one that was looked at, and each step of a redirect is looked at anew.
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import SplitResult, urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

MOST_REDIRECTS = 3
_SECONDS = 10.0
_LONGEST_URL = 2000
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_REDIRECTS = (
    HTTPStatus.MOVED_PERMANENTLY,
    HTTPStatus.FOUND,
    HTTPStatus.SEE_OTHER,
    HTTPStatus.TEMPORARY_REDIRECT,
    HTTPStatus.PERMANENT_REDIRECT,
)


class Fault(StrEnum):
    """Why nothing was fetched."""

    NOT_HTTPS = "not_https"
    PRIVATE = "private"
    REDIRECTS = "redirects"
    TOO_BIG = "too_big"
    TOO_SLOW = "too_slow"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


class NotFetched(Exception):
    """Nothing was fetched. It carries the kind of fault and nothing of the address."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Stamps:
    """What a server said of the version it gave, to be asked about a newer one only."""

    etag: str = field(default="", repr=False)
    modified: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gives; `content` is None where it has not changed."""

    content: bytes | None = field(repr=False)
    stamps: Stamps


def is_public(address: IpAddress) -> bool:
    """Say whether an address is out in the world, also where it wraps another one."""
    if isinstance(address, ipaddress.IPv6Address):
        wrapped = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            wrapped = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            return is_public(wrapped)
    return address.is_global and not address.is_multicast


class _Elsewhere(OSError):
    """A name leads to an address that is not allowed."""


class _Resolver(AbstractResolver):
    """Resolves a name, unless any address it leads to is not allowed."""

    def __init__(self, allowed: Callable[[IpAddress], bool]) -> None:
        self._allowed = allowed
        self._plain = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Give the addresses of a name.

        Raises:
            OSError: where there are none, or one is not allowed.
        """
        found = await self._plain.resolve(host, port, family)
        if not all(self._allowed(ipaddress.ip_address(one["host"].partition("%")[0])) for one in found):
            raise _Elsewhere
        return found

    async def close(self) -> None:
        """Nothing is open."""


class Outside:
    """Fetches from addresses that people gave. `allowed` and `tls` are other than usual only in tests."""

    def __init__(self, allowed: Callable[[IpAddress], bool] = is_public, tls: ssl.SSLContext | None = None) -> None:
        self._allowed = allowed
        self._tls = tls

    async def fetch(self, url: str, stamps: Stamps, most: int) -> Fetched:
        """Fetch at most so many bytes.

        Raises:
            NotFetched: with the fault.
        """
        try:
            async with asyncio.timeout(_SECONDS), self._session() as session:
                return await self._follow(session, url, stamps, most)
        except TimeoutError:
            raise NotFetched(Fault.TOO_SLOW) from None
        except aiohttp.ClientConnectorError as error:
            elsewhere = isinstance(error.os_error, _Elsewhere)
            raise NotFetched(Fault.PRIVATE if elsewhere else Fault.UNREACHABLE) from None
        except (aiohttp.ClientError, OSError, ValueError):
            raise NotFetched(Fault.UNREACHABLE) from None

    def _session(self) -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(
            resolver=_Resolver(self._allowed), use_dns_cache=False, ssl=self._tls or True, force_close=True
        )
        jar = aiohttp.DummyCookieJar()
        return aiohttp.ClientSession(connector=connector, cookie_jar=jar, trust_env=False)

    async def _follow(self, session: aiohttp.ClientSession, url: str, stamps: Stamps, most: int) -> Fetched:
        headers = {"If-None-Match": stamps.etag, "If-Modified-Since": stamps.modified}
        headers = {name: value for name, value in headers.items() if value}
        for _ in range(MOST_REDIRECTS + 1):
            self._look(url)
            async with session.get(url, headers=headers, allow_redirects=False) as response:
                if response.status in _REDIRECTS:
                    url = urljoin(url, response.headers.get("Location", ""))
                    continue
                return await _take(response, stamps, most)
        raise NotFetched(Fault.REDIRECTS)

    def _look(self, url: str) -> None:
        """Look at an address before anything is sent: names are looked at when they are resolved."""
        parts = read_url(url)
        if parts is None:
            raise NotFetched(Fault.NOT_HTTPS)
        try:
            address = ipaddress.ip_address(parts.hostname or "")
        except ValueError:
            return
        if not self._allowed(address):
            raise NotFetched(Fault.PRIVATE)


async def _take(response: aiohttp.ClientResponse, stamps: Stamps, most: int) -> Fetched:
    if response.status == HTTPStatus.NOT_MODIFIED:
        return Fetched(None, stamps)
    if response.status != HTTPStatus.OK:
        raise NotFetched(Fault.REFUSED)
    content = bytearray()
    async for piece in response.content.iter_chunked(1 << 16):
        content += piece
        if len(content) > most:
            raise NotFetched(Fault.TOO_BIG)
    said = response.headers
    return Fetched(bytes(content), Stamps(said.get("ETag", "")[:200], said.get("Last-Modified", "")[:100]))


def read_url(text: str) -> SplitResult | None:
    """Read an https address; None for anything else, also for one with a password in it."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises on one that is none
    except ValueError:
        return None
    whole = parts.scheme == "https" and parts.hostname and not (parts.username or parts.password)
    return parts if whole and len(text) <= _LONGEST_URL else None
