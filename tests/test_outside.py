"""Fetching from an address that somebody typed: only https, only public, only so much, wherever it leads."""

import ipaddress
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from bot.outside import Fault, IpAddress, NotFetched, Outside, Stamps, is_public, read_url
from tests.https import Server, calendar_page, redirect_to, serving

MOST = 10_000


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    async with serving(tmp_path) as running:
        yield running


def here(address: IpAddress) -> bool:
    return str(address) in ("127.0.0.1", "::1")


def outside(server: Server) -> Outside:
    return Outside(here, server.client())


async def fault(outside: Outside, url: str) -> Fault:
    with pytest.raises(NotFetched) as caught:
        await outside.fetch(url, Stamps(), MOST)
    assert url not in repr(caught.value)
    return caught.value.fault


async def test_a_page_is_fetched_and_not_again_while_it_is_unchanged(server: Server) -> None:
    server.pages["/cal"] = calendar_page(lambda: b"BEGIN", lambda: '"1"')
    first = await outside(server).fetch(server.url("/cal"), Stamps(), MOST)
    assert (first.content, first.stamps.etag) == (b"BEGIN", '"1"')
    again = await outside(server).fetch(server.url("/cal"), first.stamps, MOST)
    assert again.content is None


async def test_three_redirects_are_followed_and_a_fourth_is_not(server: Server) -> None:
    server.pages["/0"] = calendar_page(lambda: b"BEGIN", lambda: '"1"')
    for step in range(1, 5):
        server.pages[f"/{step}"] = redirect_to(f"/{step - 1}")
    assert (await outside(server).fetch(server.url("/3"), Stamps(), MOST)).content == b"BEGIN"
    assert await fault(outside(server), server.url("/4")) is Fault.REDIRECTS


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("https://10.0.0.1/", Fault.PRIVATE),
        ("https://127.0.0.2/", Fault.PRIVATE),
        ("https://[::ffff:10.0.0.1]/", Fault.PRIVATE),
        ("https://169.254.169.254/latest/meta-data", Fault.PRIVATE),
        ("http://localhost/", Fault.NOT_HTTPS),
        ("file:///etc/passwd", Fault.NOT_HTTPS),
        ("https://user:secret@localhost/", Fault.NOT_HTTPS),
    ],
)
async def test_a_redirect_into_a_private_network_or_away_from_https_is_refused(
    server: Server, target: str, expected: Fault
) -> None:
    server.pages["/there"] = redirect_to(target)
    assert await fault(outside(server), server.url("/there")) is expected
    assert [request.path for request in server.asked] == ["/there"]


async def test_as_the_bot_runs_it_this_machine_is_never_asked(server: Server) -> None:
    usual = Outside(tls=server.client())
    assert await fault(usual, server.url("/")) is Fault.PRIVATE
    assert await fault(usual, f"https://127.0.0.1:{server.port}/") is Fault.PRIVATE
    assert server.asked == []


async def test_too_much_an_error_and_a_wrong_certificate_are_told_apart(server: Server) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(100):
            await response.write(b"x" * 1000)
        return response

    server.pages["/endless"] = endless
    assert await fault(outside(server), server.url("/endless")) is Fault.TOO_BIG
    assert await fault(outside(server), server.url("/nothing")) is Fault.REFUSED
    assert await fault(Outside(here), server.url("/nothing")) is Fault.UNREACHABLE
    assert await fault(outside(server), "https://localhost:1/") is Fault.UNREACHABLE


PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",  # noqa: S104
    "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "2002:7f00:1::",
    "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:a00:1::",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_what_is_not_out_in_the_world_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_what_is_out_in_the_world_is_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("text", ["", "https://", "https://x:99999/", "ftp://x/", "https://x/" + "a" * 2000, "x.ics"])
def test_what_is_no_https_address_is_not_read(text: str) -> None:
    assert read_url(text) is None
