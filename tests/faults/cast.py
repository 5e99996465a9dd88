"""One person of every role, two therapists with a client each, and a story in which every kind of button was seen."""

from dataclasses import dataclass, field

from bot.access import Role
from bot.crypto import KeyRing
from bot.playground.phones import Phone
from tests.faults.walkers import Walker, callbacks, drained
from tests.house import House, link_in, press_when_shown

OTHER_THERAPIST, OTHER_CLIENT, STRANGER = 70_012, 71_012, 99_003
OTHER_CODE = "ZZ-99"
VOLATILE = frozenset({"seen_updates", "parked_updates", "alembic_version", "practice"})
SCREENS = VOLATILE | {"screens"}


@dataclass(slots=True)
class Cast:
    """Everybody, and every button they were ever shown: who, under which message, with which data."""

    house: House
    other_therapist: Phone
    other_client: Phone
    stranger: Phone
    buttons: set[tuple[int, int, str]] = field(default_factory=set)

    @property
    def everybody(self) -> list[Phone]:
        """All phones."""
        return [*self.house.people, self.other_therapist, self.other_client, self.stranger]

    @property
    def by_role(self) -> dict[Role, Phone]:
        """One person who has this role and no other."""
        house = self.house
        return {
            Role.ADMIN: house.admin,
            Role.THERAPIST: house.therapist,
            Role.CLIENT: house.clients[0],
            Role.STRANGER: self.stranger,
        }

    def own_words(self, phone: Phone) -> set[str]:
        """Return what nobody but this person's therapist or client may read: codes and names of others."""
        secrets = {
            self.house.therapist.user_id: {self.house.clients[0].name},
            self.other_therapist.user_id: {OTHER_CODE},
        }
        return secrets.get(phone.user_id, set())

    def forbidden_words(self, phone: Phone) -> set[str]:
        """Return the codes this person must never see."""
        return {self.house.clients[0].name, OTHER_CODE} - self.own_words(phone)

    async def look_around(self) -> None:
        """Note every button that anybody can see now."""
        for phone in self.everybody:
            for message in await phone.messages():
                self.buttons |= {(phone.user_id, message.message_id, data) for data in callbacks(message)}


async def gather(house: House) -> Cast:
    """Bring everybody in and play a check-in for each client, looking at every button on the way."""
    therapist = await house.telegram.person(OTHER_THERAPIST, "Thea")
    client = await house.telegram.person(OTHER_CLIENT, OTHER_CODE)
    cast = Cast(house, therapist, client, await house.telegram.person(STRANGER, "Mallory"))
    await cast.stranger.say("/start")
    await house.admin.say("/invite_therapist Thea Holm")
    await therapist.open(link_in(await house.admin.wait_for(lambda m: "https://" in m.text and "Thea" in m.text)))
    await press_when_shown(therapist, "Show summaries right away")
    await therapist.say(f"/invite {OTHER_CODE}")
    await client.open(link_in(await therapist.wait_for("https://")))
    await press_when_shown(client, "I agree")
    await cast.look_around()
    await press_when_shown(client, "Right")
    await client.wait_for("All set")
    await house.hop()
    await therapist.say(f"/session {OTHER_CODE}")
    await therapist.wait_for("noted")
    await house.session_now(house.clients[0].name)
    await cast.look_around()
    await house.hop_to_due()
    await cast.look_around()
    await press_when_shown(client, "Start")
    await client.wait_for("1/4")
    await cast.look_around()
    await client.press("3")
    await client.wait_for("2/4")
    await cast.look_around()
    await Walker(client).answer((3, 4, 5, 6))
    await in_the_middle(cast)
    return cast


async def in_the_middle(cast: Cast) -> None:
    """Leave the first client at the second question, and let everybody ask for their menus."""
    client = cast.house.clients[0]
    await press_when_shown(client, "Start")
    await client.wait_for("1/4")
    await cast.look_around()
    await client.press("8")
    await client.wait_for("2/4")
    for phone in cast.everybody:
        await phone.say("/language")
    await a_card(cast)
    await cast.house.therapist.say("/session")
    await cast.house.therapist.say("/export")
    await scores_promised(cast)
    await drained(cast.house)
    await cast.house.therapist.say(f"/client {client.name}")
    for label in ("Questions", "Ask now"):
        await press_when_shown(cast.house.therapist, label)
    await drained(cast.house)
    await cast.look_around()
    assert {"cq", "an"} <= {data.split(":")[0] for _, _, data in cast.buttons}


async def scores_promised(cast: Cast) -> None:
    """Leave one file of past scores imported and another one waiting for Import."""
    therapist, code = cast.house.therapist, cast.house.clients[0].name
    for day in ("2026-01-12", "2026-01-05"):
        await therapist.upload("scores.csv", f"code,date,question,value\n{code},{day},bond,7".encode())
        await therapist.wait_for(lambda message: "Import" in message.labels)
        if day == "2026-01-12":
            await cast.look_around()
            await therapist.press("Import")
            await therapist.wait_for("Imported: 1 score")
            await drained(cast.house)


async def a_card(cast: Cast) -> None:
    """Let the admin look at who works here, and at what removing somebody with clients would do."""
    admin = cast.house.admin
    await admin.say("/people")
    for label in ("Thea Holm", "Remove"):
        await press_when_shown(admin, label)
    await admin.wait_for("Which colleague may I offer?")


def person_id(house: House, phone: Phone) -> int:
    """Find somebody's row by the blind index of their Telegram id."""
    index = KeyRing.parse(house.env["DATA_KEYS"]).blind_index("telegram_id", str(phone.user_id))
    return int(house.truth.ask("SELECT id FROM persons WHERE telegram_index = ?", index)[0]["id"])
