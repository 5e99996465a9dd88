"""How it looks to choose whom a set is asked, and when: for admins in /questions, for therapists on /client."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.occasions import Reach
from bot.question_sets import Assignment, Choice, Set
from bot.roster import Episode
from bot.telegram.buttons import Button, View, data, encode_id
from bot.telegram.paging import more, page_of
from bot.telegram.question_views import VERB, Names, Rows, asked_words, assigned_words, title_of, when_words
from bot.texts import Speech
from conversations.occasions import EACH, Occasion

ASSIGN, NOW = "a", "n"
"""What a client or therapist is chosen for."""
OF_CLIENT = "cq"
ASK_NOW = "an"
MOST_CODES = 90
"""Buttons under one message; Telegram takes 100."""
_LETTERS = {Occasion.AFTER: "a", Occasion.BEFORE: "b", Occasion.START: "s"}


def choice_token(choice: Choice) -> str:
    """Write a choice into a button."""
    occasion, every = choice
    return str(every) if occasion is Occasion.AFTER else _LETTERS[occasion]


def read_choice(known: Set, token: str) -> Choice | None:
    """Read a choice that can be made for a set."""
    return {choice_token(choice): choice for choice in known.choices}.get(token)


def read_occasion(letter: str) -> Occasion | None:
    """Read the occasion of an assignment that is taken back."""
    return {letter: occasion for occasion, letter in _LETTERS.items()}.get(letter)


def moment_token(moment: datetime) -> str:
    """Write when a button was drawn into it."""
    return f"{int(moment.timestamp()):x}"


# ---- an admin chooses ----


def who_view(known: Set, therapists: Names, names: Names, page: int, say: Speech) -> View:
    """Ask who is to be asked a set; what stands can be taken back."""
    everyone = (Button(say("questions.asked.everyone"), data(VERB, "when", known.name, encode_id(0))),)
    lines = [say("questions.who", title=title_of(known, say)), asked_words(known, names, say)]
    usual = Occasion.AFTER, EACH
    everyone_of = (one.about_id in (0, *therapists) for one in known.assignments if (one.occasion, one.every) == usual)
    lines += ["", say("questions.who.no_core")] if known.lacks_core and any(everyone_of) else []
    rows = [*_therapists(known, therapists, ASSIGN), *((_stop(known, one, names, say),) for one in known.assignments)]
    return View("\n".join(lines), (everyone, *_some(known, rows, page, ASSIGN, say), _back(known, "set", say)))


def _therapists(known: Set, therapists: Names, wish: str) -> Iterable[tuple[Button, ...]]:
    for number, name in therapists.items():
        yield (Button(name[:40], data(VERB, "whom", known.name, encode_id(number), wish)),)


def _some(known: Set, rows: Sequence[tuple[Button, ...]], page: int, wish: str, say: Speech) -> Rows:
    def turn(onto: int) -> str:
        return data(VERB, _FIRST[wish], known.name, onto)

    return (*page_of(rows, page), *more(len(rows), page, turn, say))


def _back(known: Set, what: str, say: Speech) -> tuple[Button, ...]:
    return (Button(say("button.back"), data(VERB, what, known.name)),)


def _stop(known: Set, one: Assignment, names: Names, say: Speech) -> Button:
    label = say("button.questions.stop", who=assigned_words(one, names, say))[:60]
    return Button(label, data(VERB, "stop", known.name, encode_id(one.about_id), _LETTERS[one.occasion]))


def whom_view(known: Set, therapist_id: int, therapist: str, wish: str, say: Speech) -> View:
    """Ask whether it is about all clients of a therapist, or one."""
    number = encode_id(therapist_id)
    every = Button(say("button.whom.all"), data(VERB, _NEXT[wish], known.name, number))
    one = Button(say("button.whom.one"), data(VERB, "one", known.name, number, wish))
    text = say("questions.whom", title=title_of(known, say), therapist=therapist)
    return View(text, ((every, one), _back(known, _FIRST[wish], say)))


_NEXT = {ASSIGN: "when", NOW: "ask"}
_FIRST = {ASSIGN: "who", NOW: "now"}


def codes_view(known: Set, clients: Sequence[Episode], wish: str, say: Speech) -> View:
    """Offer an admin's own clients, at most `MOST_CODES`."""
    buttons = [Button(one.code, data(VERB, _NEXT[wish], known.name, encode_id(one.id))) for one in clients]
    rows = (tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3))
    return View(say("client.which"), (*rows, _back(known, _FIRST[wish], say)))


def when_view(known: Set, about_id: int, say: Speech, *, joined: bool) -> View:
    """Ask when. Who has joined cannot be asked on joining."""
    number = encode_id(about_id)
    rows = tuple(
        (Button(when_words(choice, say), data(VERB, "as", known.name, number, choice_token(choice))),)
        for choice in _open(known, joined=joined)
    )
    return View(say("questions.when", title=title_of(known, say)), (*rows, _back(known, "who", say)))


def _open(known: Set, *, joined: bool) -> list[Choice]:
    return [choice for choice in known.choices if not (joined and choice[0] is Occasion.START)]


# ---- an admin has it asked now ----


def now_view(known: Set, therapists: Names, page: int, say: Speech) -> View:
    """Ask whom a set is to be asked now."""
    everyone = (Button(say("questions.asked.everyone"), data(VERB, "ask", known.name, encode_id(0))),)
    rows = _some(known, list(_therapists(known, therapists, NOW)), page, NOW, say)
    return View(say("ask_now.whom", title=title_of(known, say)), (everyone, *rows, _back(known, "set", say)))


def confirm_view(known: Set, about_id: int, reach: Reach, now: datetime, say: Speech) -> View:
    """Say how many clients will be asked, before they are."""
    number, token = encode_id(about_id), moment_token(now)
    go = ((Button(say("button.ask_now.go"), data(VERB, "go", known.name, number, token)),),) if reach.asked else ()
    title, asked, left_out = title_of(known, say), reach.asked, reach.left_out
    text = say("ask_now.confirm", title=title, asked=asked, left_out=left_out)
    return View(text, (*go, _back(known, "now", say)))


def done_view(known: Set, asked: int, say: Speech) -> View:
    """Say how many have been asked."""
    return View(say("ask_now.done", title=title_of(known, say), asked=asked), (_back(known, "set", say),))


# ---- a therapist, about one client ----


def of_client_view(episode: Episode, sets: Sequence[Set], say: Speech) -> View:
    """Show what one client is asked besides the usual, and what else they could be asked."""
    whose = {episode.id: episode.code, episode.therapist_id: say("questions_of.all_yours")}
    lines = [
        f"{title_of(known, say)}: {assigned_words(one, whose, say)}"
        for known in sets
        for one in known.assignments
        if one.about_id in (*whose, 0)
    ]
    text = "\n".join([say("questions_of.title", code=episode.code), "", *(lines or [say("questions_of.none")])])
    return View(f"{text}\n\n{say('questions_of.how')}", _of_client_rows(episode, sets, say))


def _of_client_rows(episode: Episode, sets: Sequence[Set], say: Speech) -> Rows:
    number = encode_id(episode.id)
    rows = [(Button(title_of(known, say)[:40], data(OF_CLIENT, "when", number, known.name)),) for known in sets]
    for known in sets:
        for one in known.assignments:
            if one.about_id == episode.id:
                what = f"{title_of(known, say)}, {when_words((one.occasion, one.every), say)}"
                where = data(OF_CLIENT, "stop", number, known.name, _LETTERS[one.occasion])
                rows.append((Button(say("button.questions.stop", who=what)[:60], where),))
    return tuple(rows)


def of_client_when_view(episode: Episode, known: Set, say: Speech) -> View:
    """Ask when one client is asked a set."""
    number = encode_id(episode.id)
    rows = tuple(
        (Button(when_words(choice, say), data(OF_CLIENT, "as", number, known.name, choice_token(choice))),)
        for choice in _open(known, joined=True)
    )
    back = (Button(say("button.back"), data(OF_CLIENT, "list", number)),)
    return View(say("questions.when", title=title_of(known, say)), (*rows, back))


def pick_view(episode: Episode, sets: Iterable[Set], now: datetime, say: Speech) -> View:
    """Ask what a client in the room is to be asked now."""
    number, token = encode_id(episode.id), moment_token(now)
    rows = tuple((Button(title_of(one, say)[:40], data(ASK_NOW, "go", number, one.name, token)),) for one in sets)
    return View(say("ask_now.pick", code=episode.code), rows)
