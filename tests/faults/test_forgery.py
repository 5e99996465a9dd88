"""Forged, replayed and foreign presses, and commands of other roles (F19-F21): nothing changes, nothing is shown."""

import base64
import random
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.access import ALLOWED, Action, Role
from bot.playground.phones import Phone
from bot.telegram.routes import BUTTON_ROUTES, COMMAND_ROUTES
from bot.texts import speech
from tests.faults.cast import SCREENS, VOLATILE, Cast, gather
from tests.house import House, practice

one_loop = pytest.mark.asyncio(loop_scope="module")

OWN_CHOICES = frozenset({
    "lang", "speak", "zone", "enrol", "notice", "stop", "therapist", "agree", "decline", "more", "cset", "tset",
})  # fmt: skip
"""Buttons that name nobody: whoever may press them chooses for themselves."""
Rows = dict[str, list[tuple[Any, ...]]]
say = speech("en")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cast(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cast]:
    directory: Path = tmp_path_factory.mktemp("forgery")
    async with practice(directory) as house:
        yield await gather(house)


async def heard_by(cast: Cast, phone: Phone, since: int) -> str:
    """Return all the bot has said to somebody since an entry of the journal, toasts included."""
    journal = await cast.house.telegram.journal()
    mine = {entry["params"]["query_id"] for entry in journal if is_press(entry, phone)}
    calls = [entry["params"] for entry in journal[since:] if entry["kind"] == "call"]
    said = [call for call in calls if str(call.get("chat_id")) == str(phone.user_id)]
    return "\n".join(str(call) for call in [*said, *(call for call in calls if call.get("callback_query_id") in mine)])


def is_press(entry: dict[str, Any], phone: Phone) -> bool:
    return bool(entry["what"] == "press" and entry["params"]["user_id"] == phone.user_id)


def changed(house: House, before: Rows) -> dict[str, Any]:
    """Return the rows that came or went, by table; a screen shown once more to its owner is none."""
    after = house.truth.everything(without=SCREENS)
    after["deliveries"] = [row for row in after["deliveries"] if row in before["deliveries"] or "screen" not in row]
    return {table: set(after[table]) ^ set(before[table]) for table in after if after[table] != before[table]}


async def entries(cast: Cast) -> int:
    return int((await cast.house.telegram.figures())["entries"])


def foreign(cast: Cast) -> Iterator[tuple[Phone, int, str]]:
    """Pair everybody with every button that was shown to somebody else and is about somebody."""
    for owner, message_id, data in sorted(cast.buttons):
        if data.split(":")[0] in OWN_CHOICES:
            continue
        for phone in cast.everybody:
            if phone.user_id != owner:
                yield phone, message_id, data


@one_loop
async def test_buttons_of_others_change_nothing_and_show_nothing(cast: Cast) -> None:
    before, since = cast.house.truth.everything(without=VOLATILE), await entries(cast)
    pairs = list(foreign(cast))
    assert {data.split(":")[0] for _, _, data in pairs} >= {"c", "s", "undo", "joined", "scores", "export", "people"}
    for phone, message_id, data in pairs:
        await phone.press_data(message_id, data)
    await cast.house.heard(60)
    await cast.house.settled()
    assert cast.house.truth.everything(without=VOLATILE) == before
    for phone in cast.everybody:
        heard = await heard_by(cast, phone, since)
        assert not [words for words in cast.forbidden_words(phone) if words in heard]


@one_loop
async def test_a_clients_old_presses_made_again_change_nothing(cast: Cast) -> None:
    house, client = cast.house, cast.other_client
    before = house.truth.everything(without=SCREENS)
    own = [(m, data) for owner, m, data in sorted(cast.buttons) if owner == client.user_id and data.startswith("c:")]
    assert len(own) > 4
    for message_id, data in own:
        if ":show:" not in data:
            query = await client.press_data(message_id, data)
            assert (await client.wait_for_toast(query)).text == say("refusal.already_sent"), data
    await house.settled()
    assert changed(house, before) == {}


def nonsense(cast: Cast, seed: int, count: int) -> Iterator[str]:
    """Make up what may stand behind a button: noise, near misses of real data, and absurd arguments."""
    rng = random.Random(seed)
    real = sorted({data for _, _, data in cast.buttons if data.split(":")[0] not in OWN_CHOICES})
    tails = ("", ":", "::::", ":-1", ":99:99", ":0:11", ":a:0:-1", ":a:0:٣", ":zz:never", ":who:all", ":pick:250", ":x")
    verbs = sorted({*BUTTON_ROUTES, "c", "", "C", "cc", "0", "%s", "c ", "nul\x00"} - OWN_CHOICES)
    for _ in range(count):
        noise = rng.randbytes(rng.randint(1, 24))
        yield rng.choice((
            noise.decode("latin-1"),
            noise.decode("utf-8", "replace"),
            f"{rng.choice(verbs)}:{base64.urlsafe_b64encode(noise).decode()}{rng.choice(tails)}",
            f"{rng.choice(verbs)}{rng.choice(tails)}",
            rng.choice(real)[: rng.randint(1, 13)],
            ":".join(rng.choice(real).split(":")[:2]) + rng.choice(tails[3:]),
        ))  # fmt: skip


@one_loop
async def test_five_hundred_buttons_that_never_were_change_nothing(cast: Cast) -> None:
    house = cast.house
    before = house.truth.everything(without=SCREENS)
    rng = random.Random(7)
    for data in nonsense(cast, 1, 500):
        await rng.choice([house.clients[0], house.therapist, cast.stranger]).press_data(rng.randint(1, 60), data)
    await house.heard(60)
    await house.settled()
    assert house.bot.running
    assert not house.truth.parked()
    assert changed(house, before) == {}


# ---- the access table ----


@one_loop
@pytest.mark.parametrize("role", list(Role))
async def test_every_command_does_in_the_chat_what_the_access_table_says(cast: Cast, role: Role) -> None:
    """A command that is allowed is answered; one that is not gets the one refusal and changes nothing."""
    house, phone = cast.house, cast.by_role[role]
    refusal = say("stranger") if role is Role.STRANGER else say("refusal.not_allowed")
    for name, route in {**COMMAND_ROUTES, "nothing_like_it": None, "": None}.items():
        allowed = route is not None and role in ALLOWED[route.action]
        before, since = house.truth.everything(without=SCREENS), await entries(cast)
        await phone.say(f"/{name}")
        await house.heard()
        await house.hop()
        heard = await heard_by(cast, phone, since)
        if allowed and (role, name) != (Role.STRANGER, "start"):
            assert refusal not in heard, name
            assert "sendMessage" in {entry["what"] for entry in await house.telegram.journal(since)}, name
        else:
            assert refusal in heard, name
            assert changed(house, before) == {}, name


@one_loop
async def test_commands_with_the_codes_of_others_reach_nobody(cast: Cast) -> None:
    house = cast.house
    before, since = house.truth.everything(without=SCREENS), await entries(cast)
    mine = house.clients[0].name
    for phone in (cast.other_therapist, house.admin, cast.other_client, cast.stranger):
        for words in (f"/session {mine}", f"/client {mine}", f"/progress {mine}", f"/end {mine}", f"/export {mine}"):
            if words.split()[0][1:] in COMMAND_ROUTES and not words.startswith("/progress"):
                await phone.say(words)
    await house.heard()
    await house.hop()
    assert changed(house, before) == {}
    for phone in (house.admin, cast.other_client, cast.stranger):
        assert mine not in await heard_by(cast, phone, since)


def test_every_handler_has_a_row_in_the_access_table() -> None:
    routes = [*COMMAND_ROUTES.values(), *BUTTON_ROUTES.values()]
    assert {route.action for route in routes} <= set(ALLOWED)
    assert set(ALLOWED) == set(Action)
    assert all(ALLOWED.values())


def test_only_therapists_reach_what_clients_said() -> None:
    clinical: tuple[Action, ...] = (
        Action.SEE_CLIENTS,
        Action.ENTER_SESSION,
        Action.INVITE_CLIENT,
        Action.CHOOSE_NOTICE,
    )
    clinical += (Action.EXPORT_ANSWERS,)
    assert {ALLOWED[action] for action in clinical} == {frozenset({Role.THERAPIST})}
    own = (Action.ANSWER, Action.STOP, Action.CHOOSE_THERAPIST)
    assert {ALLOWED[action] for action in own} == {frozenset({Role.CLIENT})}
    staffing = (Action.INVITE_THERAPIST, Action.BECOME_THERAPIST, Action.CHANGE_PEOPLE)
    assert {ALLOWED[action] for action in staffing} == {frozenset({Role.ADMIN})}


def test_strangers_may_only_greet_and_enrol() -> None:
    assert {action for action, held in ALLOWED.items() if Role.STRANGER in held} == {Action.GREET, Action.ENROL}
