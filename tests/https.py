"""A small https server on this machine with a certificate of its own authority, for calendars that are fetched."""

import contextlib
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Server:
    """A running server; `pages` answer by path, `asked` are the requests so far."""

    port: int
    authority: Path
    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[web.Request] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"https://localhost:{self.port}{path}"

    def client(self) -> ssl.SSLContext:
        """What trusts this server."""
        return ssl.create_default_context(cafile=str(self.authority))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def certify(folder: Path) -> tuple[Path, Path]:
    """Make an authority and a certificate for this machine; give the authority's file and the server's."""
    root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)

    def made(name: str, key: ec.EllipticCurvePrivateKey, *, ca: bool) -> x509.Certificate:
        hosts = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        usage = x509.KeyUsage(True, False, False, False, False, ca, ca, False, False)
        return (
            x509.CertificateBuilder()
            .subject_name(_named(name))
            .issuer_name(_named("Tests"))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectAlternativeName(hosts), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root.public_key()), critical=False)
            .sign(root, hashes.SHA256())
        )

    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    authority, server = folder / "authority.pem", folder / "server.pem"
    authority.write_bytes(made("Tests", root, ca=True).public_bytes(pem))
    key = own.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    server.write_bytes(key + made("localhost", own, ca=False).public_bytes(pem))
    return authority, server


@contextlib.asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Server]:
    """Serve until the block ends."""
    authority, certificate = certify(folder)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    server = Server(0, authority)

    async def answer(request: web.Request) -> web.StreamResponse:
        server.asked.append(request)
        page = server.pages.get(request.path)
        return web.Response(status=404) if page is None else await page(request)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    server.port = runner.addresses[0][1]
    try:
        yield server
    finally:
        await runner.cleanup()


def calendar_page(content: Callable[[], bytes], etag: Callable[[], str]) -> Answer:
    """Serve a calendar that may change, with a stamp."""

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == etag():
            return web.Response(status=304)
        return web.Response(body=content(), content_type="text/calendar", headers={"ETag": etag()})

    return answer


def redirect_to(url: str) -> Answer:
    """Send whoever asks elsewhere."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": url})

    return answer
