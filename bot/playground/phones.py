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
from typing import Any, TypeVar

from bot.playground import keyboards
from bot.playground.remote import Remote
from bot.playground.sights import Message, Toast, Trouble, message_from, toast_from
from bot.playground.transcripts import transcript

__all__ = ["Message", "Phone", "Telegram", "Toast", "Trouble", "transcript"]

Found = TypeVar("Found")
PATIENCE = 10.0  # seconds a phone waits unless told otherwise


class Telegram(Remote):
    """One local Bot API server, with people.

    Args:
        url: its address, `http://127.0.0.1:PORT`.
        token: the bot's token, if the caller wants to find it here; never shown in a repr.
    """

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
        return [message_from(raw) for raw in (await self.chat())["messages"]]

    async def last(self) -> Message:
        """Return the newest message of the bot."""
        own = [message for message in await self.messages() if message.from_bot]
        if not own:
            raise Trouble(f"the bot has written nothing to {self.name}")
        return own[-1]

    async def toasts(self) -> list[Toast]:
        """Return the answers to presses, oldest first."""
        return [toast_from(event) for event in (await self.chat())["toasts"]]

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
            toasts = [toast_from(event) for event in chat["toasts"]]
            messages = [message_from(raw) for raw in chat["messages"]]
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
