"""One update being handled: who asks, in which transaction, and how to answer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.check_ins import Work
from bot.outbox import Lane, new
from bot.roster import Newcomer, Person
from bot.telegram.buttons import Button, View
from bot.telegram.incoming import Pressed, Wrote
from bot.telegram.replies import Edit, Keys, Replies, Say, Toast
from bot.texts import Speech, speech
from bot.use_cases import UseCases


class NotKnown(LookupError):
    """A handler for known people was reached by a stranger: the access table is wrong."""


@dataclass(slots=True)
class Asked:
    """What every handler gets."""

    tx: AsyncConnection
    cases: UseCases
    replies: Replies
    now: datetime
    update: Pressed | Wrote
    who: Newcomer

    @property
    def say(self) -> Speech:
        """The texts in the person's language; a stranger's is what Telegram says."""
        return speech(self.who.person.language if self.who.person else self.who.language)

    @property
    def person(self) -> Person:
        """The one who asks.

        Raises:
            NotKnown: for a stranger.
        """
        if self.who.person is None:
            raise NotKnown
        return self.who.person

    async def deliver(self, kind: str, about_id: int | None = None, detail: str | None = None) -> None:
        """Queue a message to the person; it survives whatever happens after the commit."""
        key = f"answer:{self.update.update_id}:{kind}"
        message = new(self.person.id, kind, Lane.REPLY, self.now, about_id=about_id, detail=detail, dedupe_key=key)
        await self.cases.outbox.queue(self.tx, [message], self.now)

    def tell(self, name: str, **values: object) -> None:
        """Say a sentence that changes nothing and leaves no row."""
        self.show(View(self.say(name, **values)))

    def tell_text(self, text: str) -> None:
        """Say a sentence that was put together already; it leaves no row."""
        self.show(View(text))

    def show(self, view: View, reply_to: int | None = None) -> None:
        """Send a message that leaves no row."""
        self.replies.says.append(Say(self.who.telegram_id, view, reply_to))

    def edit(self, view: View) -> None:
        """Change the message whose button was pressed."""
        self.replies.edits.append(Edit(self.who.telegram_id, self.update.message_id, view))

    def put_keys(self, rows: tuple[tuple[Button, ...], ...]) -> None:
        """Change the buttons under the message whose button was pressed, and nothing else."""
        self.replies.keys.append(Keys(self.who.telegram_id, self.update.message_id, rows))

    def toast(self, text: str = "") -> None:
        """Answer the press."""
        if isinstance(self.update, Pressed):
            self.replies.toasts.append(Toast(self.update.query_id, text))

    def moved(self, work: Work) -> None:
        """Take over the screens that a use case has moved."""
        self.replies.add(work)
