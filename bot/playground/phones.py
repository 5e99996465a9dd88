"""A client for the control API: people with phones, for tests, benchmarks and the demo.

async with Telegram("http://127.0.0.1:8081") as telegram:
    kim = await telegram.person(17, first_name="Kim")
    await kim.say("/start")
    message = await kim.wait_for("Hello")
    await kim.press("Start")
"""

import base64
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp

from bot.playground import keyboards
from bot.playground.transcripts import transcript

__all__ = ["Message", "Phone", "Telegram", "Toast", "Trouble", "transcript"]

Found = TypeVar("Found")
PATIENCE = 10.0  # seconds a phone waits unless told otherwise


class Trouble(AssertionError):
    """What a person wanted cannot be done or did not happen."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message as it stands in a chat now.

    Args:
        message_id: its number.
        date: when it was sent, UTC.
        from_bot: whether the bot wrote it.
        text: its text or caption.
        buttons: labels of its inline keyboard, row by row.
        edited: whether it was changed since.
        file_id: of its picture or document, or None.
        file_name: of its document, or None.
        raw: the Message object of the Bot API.
    """

    message_id: int
    date: datetime
    from_bot: bool
    text: str
    buttons: tuple[tuple[str, ...], ...]
    edited: bool
    file_id: str | None
    file_name: str | None
    raw: dict[str, Any] = field(repr=False)

    @property
    def labels(self) -> list[str]:
        """Return all labels of the keyboard without leading emoji."""
        return [keyboards.label(text) for row in self.buttons for text in row]


@dataclass(frozen=True, slots=True)
class Toast:
    """A short notice over the chat, the answer to a press; `text` is empty if the bot had nothing to say."""

    time: datetime
    text: str
    alert: bool
    query_id: str


def _message(raw: dict[str, Any]) -> Message:
    photo, document = raw.get("photo"), raw.get("document", {})
    return Message(
        raw["message_id"],
        datetime.fromtimestamp(raw["date"], UTC),
        raw["from"]["is_bot"],
        raw.get("text", raw.get("caption", "")),
        tuple(tuple(button["text"] for button in row) for row in keyboards.rows(raw)),
        "edit_date" in raw,
        photo[-1]["file_id"] if photo else document.get("file_id"),
        document.get("file_name"),
        raw,
    )


class Telegram:
    """One local Bot API server.

    Args:
        url: its address, `http://127.0.0.1:PORT`.
        token: the bot's token, if the caller wants to find it here; never shown in a repr.
    """

    def __init__(self, url: str, token: str = "") -> None:
        self.url = url
        self.token = token
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections to the server."""
        if self._session:
            await self._session.close()

    def __repr__(self) -> str:
        return f"Telegram({self.url!r})"

    @property
    def base_url(self) -> str:
        """Return what python-telegram-bot calls `base_url`."""
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        """Return what python-telegram-bot calls `base_file_url`."""
        return f"{self.url}/file/bot"

    async def post(self, path: str, **body: Any) -> Any:
        """POST to `/control/<path>`; the JSON of the answer."""
        return await self._request("POST", path, json=body)

    async def get(self, path: str, **query: Any) -> Any:
        """GET `/control/<path>`; the JSON of the answer."""
        return await self._request("GET", path, params=query)

    async def _request(self, verb: str, path: str, **how: Any) -> Any:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=660))
        async with self._session.request(verb, f"{self.url}/control/{path}", **how) as answer:
            if answer.content_type != "application/json":
                return await answer.read()
            content = await answer.json()
            if answer.status >= 400:
                raise Trouble(f"{path}: {content.get('error', answer.status)}")
            return content

    async def person(
        self, user_id: int, first_name: str = "", *, last_name: str = "", username: str = "", language_code: str = "en"
    ) -> "Phone":
        """Create a person and return their phone."""
        await self.post(
            "users",
            id=user_id,
            first_name=first_name,
            last_name=last_name,
            username=username,
            language_code=language_code,
        )
        return Phone(self, user_id, first_name or f"User {user_id}")

    async def now(self) -> datetime:
        """Return the server's clock."""
        return datetime.fromtimestamp((await self.get("clock"))["now"], UTC)

    async def set_clock(self, moment: datetime) -> None:
        """Set the server's clock."""
        await self.post("clock", set=moment.timestamp())

    async def advance(self, seconds: float) -> None:
        """Move the server's clock forward."""
        await self.post("clock", advance=seconds)

    async def fault(self, method: str = "*", *, times: int = 1, **fault: Any) -> None:
        """Order a fault: `status=` 404, 500, 502, 409 or 429 with `retry_after=`; `drop=` "before" or "after"; `after=` calls."""
        await self.post("faults", method=method, times=times, **fault)

    async def latency(self, seconds: float, method: str = "*") -> None:
        """Make every answer to a method later by this much."""
        await self.post("faults", method=method, latency=seconds)

    async def redeliver(self, *, seed: int = 0, most: int = 4, shuffle: bool = True) -> None:
        """Deliver each update 1 to `most` times, each getUpdates answer shuffled."""
        await self.post("faults", redelivery={"seed": seed, "most": most, "shuffle": shuffle})

    async def heal(self) -> None:
        """Take all faults away."""
        await self.post("faults", clear=True)

    async def flood(self, *, on: bool) -> None:
        """Switch flood control."""
        await self.post("flood", on=on)

    async def inject(self, update: Any, *, raw: bool = False) -> None:
        """Queue any JSON as an update; it gets an `update_id` unless `raw`."""
        await self.post("updates", update=update, raw=raw)

    async def figures(self) -> dict[str, Any]:
        """Return the counts of the server."""
        return dict(await self.get("figures"))

    async def queue(self) -> dict[str, int]:
        """Return how many updates wait, were delivered, confirmed, dropped."""
        return dict(await self.get("queue"))

    async def journal(self, since: int = 0) -> list[dict[str, Any]]:
        """Return the calls of the bot and the acts of people after entry `since`."""
        return list((await self.get("journal", since=since))["entries"])

    async def calls(self, method: str) -> list[dict[str, Any]]:
        """Return the journal's entries of one method."""
        return [entry for entry in await self.journal() if entry["what"] == method]

    async def bot(self) -> dict[str, Any]:
        """Return the bot's commands, names, descriptions and menu buttons."""
        return dict(await self.get("bot"))

    async def file(self, file_id: str) -> bytes:
        """Return the content of a file in a chat."""
        return bytes(await self.get(f"files/{file_id}"))

    async def robots(self, **orders: Any) -> dict[str, Any]:
        """Start robots; see `bot.playground.robots.Robots.start`."""
        return dict(await self.post("robots", **orders))

    async def robots_done(self, timeout: float = 60) -> dict[str, Any]:  # noqa: ASYNC109 - the server waits
        """Wait until all robots are finished."""
        return dict(await self.get("robots/wait", timeout=timeout))

    async def reset(self) -> None:
        """Forget everything."""
        await self.post("reset")


class Phone:
    """The phone of one person, showing their chat with the bot."""

    def __init__(self, telegram: Telegram, user_id: int, name: str = "") -> None:
        self.telegram = telegram
        self.user_id = user_id
        self.name = name

    def __repr__(self) -> str:
        return f"Phone({self.name!r}, {self.user_id})"

    async def say(self, text: str, *, reply_to: int | None = None, chat_id: int | None = None) -> int:
        """Send a text; returns its message_id."""
        answer = await self._act("say", text=text, reply_to_message_id=reply_to, chat_id=chat_id)
        return int(answer["message_id"])

    async def send(self, **message: Any) -> int:
        """Send a message with any fields of a Message, such as `sticker={...}`."""
        return int((await self._act("say", message=message))["message_id"])

    async def edit(self, message_id: int, text: str) -> None:
        """Edit an own message."""
        await self._act("edit", message_id=message_id, text=text)

    async def upload(
        self,
        name: str,
        content: bytes,
        *,
        mime_type: str = "application/octet-stream",
        caption: str = "",
        kind: str = "document",
    ) -> int:
        """Send a file."""
        encoded = base64.b64encode(content).decode()
        answer = await self._act("upload", name=name, content=encoded, mime_type=mime_type, caption=caption, kind=kind)
        return int(answer["message_id"])

    async def press(self, label: str) -> str:
        """Press the button with this label on the newest message that has one; returns the id of the press.

        A leading emoji on the button is ignored. A button with a `t.me` link opens the link.
        """
        messages = await self.messages()
        for message in reversed(messages):
            if button := keyboards.find(message.raw, label):
                if "callback_data" not in button:
                    return str(await self.open(button["url"]))
                return await self.press_data(message.message_id, button["callback_data"], forged=False)
        seen = [
            " ".join(f"[{text}]" for row in message.buttons for text in row) for message in messages if message.buttons
        ]
        raise Trouble(
            f"{self.name} sees no button [{label}]. Buttons, oldest message first: {' / '.join(seen) or 'none'}"
        )

    async def press_data(self, message_id: int, data: str, *, forged: bool = True) -> str:
        """Press with any data on any message, as a changed client can."""
        return str((await self._act("press", message_id=message_id, data=data, forged=forged))["query_id"])

    async def open(self, link: str) -> int:
        """Open a link `https://t.me/<bot>?start=<token>` and press Start."""
        return int((await self._act("open_link", link=link))["message_id"])

    async def block(self) -> None:
        """Block the bot."""
        await self._act("block")

    async def unblock(self) -> None:
        """Unblock the bot."""
        await self._act("unblock")

    async def deactivate(self) -> None:
        """Delete the account."""
        await self._act("deactivate")

    async def add_bot_to_group(self, group_id: int, title: str = "Group") -> None:
        """Add the bot to a group."""
        await self._act("groups", group_id=group_id, title=title)

    async def chat(self, *, history: bool = False) -> dict[str, Any]:
        """Return the chat as the control API describes it."""
        query = {"history": 1} if history else {}
        return dict(await self.telegram.get("chat", chat_id=self.user_id, **query))

    async def messages(self) -> list[Message]:
        """Return the messages visible now, oldest first."""
        return [_message(raw) for raw in (await self.chat())["messages"]]

    async def last(self) -> Message:
        """Return the newest message of the bot."""
        own = [message for message in await self.messages() if message.from_bot]
        if not own:
            raise Trouble(f"the bot has written nothing to {self.name}")
        return own[-1]

    async def toasts(self) -> list[Toast]:
        """Return the answers to presses, oldest first."""
        return [
            Toast(datetime.fromtimestamp(toast["time"], UTC), toast["text"], toast["alert"], toast["query_id"])
            for toast in (await self.chat())["toasts"]
        ]

    async def wait_for(self, wanted: str | Callable[[Message], object], timeout: float = PATIENCE) -> Message:  # noqa: ASYNC109
        """Wait until a message of the bot holds a text or satisfies a predicate; the newest such message."""

        def newest(messages: list[Message], _: list[Toast]) -> Message | None:
            fitting = (m for m in reversed(messages) if m.from_bot and _fits(m, wanted))
            return next(fitting, None)

        return await self._wait(newest, repr(wanted), timeout)

    async def wait_until(self, true: Callable[[list[Message]], object], timeout: float = PATIENCE) -> list[Message]:  # noqa: ASYNC109
        """Wait until something is true of all messages visible; they are returned."""
        return await self._wait(lambda messages, _: messages if true(messages) else None, "the condition", timeout)

    async def wait_for_toast(self, query_id: str, timeout: float = PATIENCE) -> Toast:  # noqa: ASYNC109
        """Wait for the answer to a press, named by what `press` returned."""

        def answer(_: list[Message], toasts: list[Toast]) -> Toast | None:
            return next((toast for toast in toasts if toast.query_id == query_id), None)

        return await self._wait(answer, "the answer to the press", timeout)

    async def _wait(
        self,
        look: Callable[[list[Message], list[Toast]], Found | None],
        what: str,
        timeout: float,  # noqa: ASYNC109 - the server waits
    ) -> Found:
        end = time.monotonic() + timeout
        while True:
            chat = await self.chat()
            toasts = [
                Toast(datetime.fromtimestamp(t["time"], UTC), t["text"], t["alert"], t["query_id"])
                for t in chat["toasts"]
            ]
            messages = [_message(raw) for raw in chat["messages"]]
            found = look(messages, toasts)
            if found is not None:
                return found
            left = end - time.monotonic()
            if left <= 0:
                shown = "\n".join(f"  {m.text!r} {list(m.buttons)}" for m in messages[-4:])
                raise Trouble(f"{self.name} waited {timeout} s for {what}; the newest messages:\n{shown}")
            await self.telegram.get("wait", chat_id=self.user_id, after=chat["events"], timeout=left)

    async def _act(self, what: str, **body: Any) -> dict[str, Any]:
        given = {key: value for key, value in body.items() if value is not None}
        return dict(await self.telegram.post(what, user_id=self.user_id, **given))


def _fits(message: Message, wanted: str | Callable[[Message], object]) -> bool:
    return wanted in message.text if isinstance(wanted, str) else bool(wanted(message))
