"""How Telegram is reached: python-telegram-bot's `Bot` over aiohttp, and two lean calls (`express`).

Edits and toasts are nearly all of the traffic, so these go as JSON that is serialised here, beside the library's
objects. Everything else is an ordinary `Bot` method. All errors are python-telegram-bot's own.
"""

import json
import os
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import aiohttp

os.environ.setdefault("PTB_TIMEDELTA", "true")  # read at import: durations come as timedelta, as they will by default

from telegram import Bot
from telegram.error import BadRequest, Conflict, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.telegram.express import Express

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
POLL_SECONDS = 25
"""How long Telegram may hold a getUpdates open (at most 50 s)."""
BATCH = 100
"""The most updates one getUpdates gives (Bot API, getUpdates)."""
_TIMEOUT = aiohttp.ClientTimeout(total=20, sock_connect=10)
_POLL_TIMEOUT = aiohttp.ClientTimeout(total=POLL_SECONDS + 15, sock_connect=10)
_JSON = {"Content-Type": "application/json"}
_CONNECTIONS = 64
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_DONE = b'{"ok":true'


class AiohttpRequest(BaseRequest):
    """python-telegram-bot's wire, on one aiohttp session."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def session(self) -> aiohttp.ClientSession:
        """The open session.

        Raises:
            RuntimeError: before `initialize` and after `shutdown`.
        """
        if self._session is None:
            raise RuntimeError("the transport is not open")
        return self._session

    @property
    def read_timeout(self) -> float | None:
        """Seconds an answer may take."""
        return _TIMEOUT.total

    async def initialize(self) -> None:
        """Open the session."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=60)
            skipped = ("User-Agent", "Accept", "Accept-Encoding")
            self._session = aiohttp.ClientSession(
                connector=connector, timeout=_TIMEOUT, skip_auto_headers=skipped, cookie_jar=aiohttp.DummyCookieJar()
            )

    async def shutdown(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(  # noqa: D102 - BaseRequest documents it; its timeouts are those of the session
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = None,  # noqa: ARG002
        write_timeout: Any = None,  # noqa: ARG002
        connect_timeout: Any = None,  # noqa: ARG002
        pool_timeout: Any = None,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        form = None if request_data is None else _form(request_data)
        return await self.exchange(method, url, data=form)

    async def exchange(self, method: str, url: str, **arguments: Any) -> tuple[int, bytes]:
        """Make one request; give the status and the body.

        Raises:
            TimedOut: where no answer came in time (it may have been done all the same).
            NetworkError: where the connection failed.
        """
        try:
            async with self.session.request(method, url, **arguments) as response:
                return response.status, await response.read()
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from None

    async def fetch(self, url: str, most: int) -> bytes:
        """Read what an address gives, at most one byte more than `most`.

        Raises:
            TelegramError: where it gives nothing.
        """
        try:
            async with self.session.get(url) as response:
                if response.status != HTTPStatus.OK:
                    raise NetworkError(f"HTTP {response.status}")
                content = bytearray()
                async for piece in response.content.iter_chunked(1 << 16):
                    content += piece[: most + 1 - len(content)]
                    if len(content) > most:
                        break
                return bytes(content)
        except TimeoutError:
            raise TimedOut from None
        except aiohttp.ClientError as error:
            raise NetworkError(type(error).__name__) from None


def _form(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (file_name, content, mime) in (data.multipart_data or {}).items() if data.contains_files else ():
        form.add_field(name, content, filename=file_name, content_type=mime)
    return form


class TooBig(Exception):
    """A file has more bytes than whoever wants it can use."""


class Telegram:
    """Telegram as Attune uses it. `bot` is python-telegram-bot's; the repr shows no token."""

    def __init__(self, token: str, api_url: str) -> None:
        self._request = AiohttpRequest()
        self._methods = f"{api_url.rstrip('/')}/bot{token}/"
        self._files = f"{api_url.rstrip('/')}/file/bot{token}/"
        self._express = Express(self._methods)
        self.bot = Bot(
            token,
            base_url=f"{api_url.rstrip('/')}/bot",
            base_file_url=f"{api_url.rstrip('/')}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )

    def __repr__(self) -> str:
        return "Telegram()"

    async def open(self) -> None:
        """Open the connection; nothing is asked yet."""
        await self._request.initialize()

    async def close(self) -> None:
        """Close the connections."""
        await self._express.close()
        await self._request.shutdown()

    async def get_updates(self, offset: int | None, *, at_once: bool = False) -> list[Any]:
        """Fetch raw updates by long poll; asking with an offset confirms all before it.

        Args:
            offset: the first update wanted.
            at_once: do not wait for one, to learn soon that Telegram can be reached (again).
        """
        seconds = 0 if at_once else POLL_SECONDS
        wanted: dict[str, Any] = {"timeout": seconds, "limit": BATCH, "allowed_updates": ALLOWED_UPDATES}
        if offset is not None:
            wanted["offset"] = offset
        updates: list[Any] = await self._call("getUpdates", wanted, timeout=_POLL_TIMEOUT)
        return updates

    async def download(self, file_id: str, most: int) -> bytes:
        """Fetch a file somebody sent.

        Raises:
            TooBig: where it has more than `most` bytes.
            TelegramError: where it cannot be had (now): BadRequest if Telegram no longer has it.
        """
        about = await self._call("getFile", {"file_id": file_id})
        if about.get("file_size", 0) > most:
            raise TooBig
        content = await self._request.fetch(self._files + str(about["file_path"]), most)
        if len(content) > most:
            raise TooBig
        return content

    async def edit(self, body: bytes) -> None:
        """Edit a text message (editMessageText, as JSON); saying the same again is no error."""
        try:
            await self._do("editMessageText", body)
        except BadRequest as error:
            if "message is not modified" not in error.message.lower():
                raise

    async def toast(self, query_id: str, text: str = "") -> None:
        """Answer a press (answerCallbackQuery), so that its spinner stops; one that is too old is no error."""
        answer = {"callback_query_id": query_id, "text": text} if text else {"callback_query_id": query_id}
        try:
            await self._do("answerCallbackQuery", _ENCODE(answer).encode())
        except BadRequest as error:
            if "query is too old" not in error.message.lower():
                raise

    async def _do(self, method: str, body: bytes) -> None:
        """Make a call whose result nobody needs: an edited message comes back whole, and is not read."""
        status, content = await self._express.post(method, body)
        if status != HTTPStatus.OK or not content.startswith(_DONE):
            _result(status, content)

    async def _call(self, method: str, arguments: Mapping[str, Any], **options: Any) -> Any:
        body = _ENCODE(arguments).encode()
        url = self._methods + method
        return _result(*await self._request.exchange("POST", url, data=body, headers=_JSON, **options))


def _result(status: int, content: bytes) -> Any:
    """Read an answer of the Bot API."""
    try:
        answer = json.loads(content)
    except ValueError:
        raise NetworkError(f"HTTP {status} without a Bot API answer") from None
    if status == HTTPStatus.OK and isinstance(answer, dict) and answer.get("ok"):
        return answer["result"]
    raise _error(status, answer if isinstance(answer, dict) else {})


def _error(status: int, answer: Mapping[str, Any]) -> TelegramError:
    """Name an error as python-telegram-bot does, so that one set of rules handles both ways."""
    description = str(answer.get("description", f"HTTP {status}"))
    wait = (answer.get("parameters") or {}).get("retry_after")
    if wait:
        return RetryAfter(int(wait))
    kinds: dict[int, type[TelegramError]] = {400: BadRequest, 403: Forbidden, 409: Conflict}
    return kinds.get(status, NetworkError)(description)


def wait_of(error: RetryAfter) -> float:
    """How many seconds Telegram wants to be left alone (ResponseParameters.retry_after)."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)
