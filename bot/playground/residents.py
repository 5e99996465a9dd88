"""The people of the playground: whose phone is whose, and in which phone a link belongs."""

import re
from dataclasses import dataclass, field

from bot.playground.phones import Phone, Telegram
from bot.playground.sights import Trouble

ADMIN, THERAPIST, CLIENT = "admin", "therapist", "client"
OPENS = {ADMIN: THERAPIST, THERAPIST: CLIENT, CLIENT: CLIENT}
"""Who the links in somebody's chat are for."""
NAMES = {
    ADMIN: ("Ada",),
    THERAPIST: ("Dr. Theo Lind", "Dr. Mara Klein", "Jonas Weber"),
    CLIENT: ("Kim", "Sam", "Robin", "Noa", "Alex", "Charlie", "Toni", "Jona"),
}
FIRST_CODE = 17
FIRST_ID = 101
CODE = re.compile(r"K-(\d{1,6})")


@dataclass(slots=True)
class Resident:
    """One person of the playground.

    Args:
        role: `admin`, `therapist` or `client`.
        code: what the therapist calls this client, "" for everyone else.
        link: the link this phone has opened, "" if none.
    """

    phone: Phone
    role: str
    code: str = ""
    link: str = field(default="", repr=False)

    @property
    def id(self) -> int:
        """The id of this person's chat."""
        return self.phone.user_id


class Residents:
    """Everybody who has a phone on the page."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self.all: list[Resident] = []

    async def move_in(self, role: str, code: str = "") -> Resident:
        """Give somebody a phone; the language is English until they choose another."""
        known = sum(1 for resident in self.all if resident.role == role)
        names = NAMES[role]
        name = names[known] if known < len(names) else f"{role.title()} {known + 1}"
        phone = await self._telegram.person(FIRST_ID + len(self.all), name)
        self.all.append(Resident(phone, role, code))
        return self.all[-1]

    def of(self, user_id: int) -> Resident:
        """Return a resident by the id of their chat.

        Raises:
            Trouble: if nobody here has it.
        """
        for resident in self.all:
            if resident.id == user_id:
                return resident
        raise Trouble(f"nobody here has the id {user_id}")

    def first(self, role: str) -> Resident:
        """Return the first one of a role."""
        return next(resident for resident in self.all if resident.role == role)

    def next_code(self) -> str:
        """Return a code that no client here has."""
        taken = [int(found[1]) for resident in self.all if (found := CODE.fullmatch(resident.code))]
        return f"K-{max(taken, default=FIRST_CODE - 1) + 1}"

    async def whom_it_is_for(self, link: str, seen_by: Resident) -> Resident:
        """Return who opens a link that somebody sees: whoever opened it before, an empty phone, or a newcomer."""
        role = OPENS[seen_by.role]
        for resident in self.all:
            if resident.link == link:
                return resident
        code = await code_behind(link, seen_by.phone) if role == CLIENT else ""
        for resident in self.all:
            same_code = not code or not resident.code or resident.code == code
            if resident.role == role and same_code and not (await resident.phone.chat())["messages"]:
                resident.code = resident.code or code
                return resident
        return await self.move_in(role, code)


async def code_behind(link: str, phone: Phone) -> str:
    """Return the code in the `/invite CODE` that was answered with this link, "" if it was none."""
    code = ""
    for message in await phone.messages():
        if not message.from_bot and message.text.startswith("/invite "):
            code = message.text.removeprefix("/invite ").strip().upper()
        if link in message.text:
            return code
    return ""
