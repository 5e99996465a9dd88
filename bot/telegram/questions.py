"""/questions: the admin's question sets. One message, edited in place; files come as documents."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from bot.access import Action
from bot.awaited_texts import AwaitedText
from bot.practice import TEMPLATE
from bot.question_sets import Set, Stored, Trouble
from bot.roster import Person
from bot.telegram import question_views as views
from bot.telegram import whom
from bot.telegram.asked import Asked
from bot.telegram.buttons import View, decode_id
from bot.telegram.letters import Asked as ToRender
from bot.telegram.letters import Letter, Rendered
from bot.telegram.paging import read_page
from bot.telegram.upload import Upload
from bot.telegram.whom import known_set, labels
from bot.use_cases import UseCases
from conversations.faults import Fault, QuestionSetFault
from conversations.question_files import JSON_SIZE
from conversations.question_sets import read_file
from conversations.question_writing import as_yaml

READER = "risk_reader"
"""The text an admin can be asked for: who looks at answers about danger."""
REPLACED = "replaced"
"""The detail of a set's message where the file took the place of another draft."""
BACK = "back"
"""The detail of that text where an earlier version is to be asked again."""


async def questions(asked: Asked, _words: list[str]) -> None:
    """Show every set."""
    await asked.deliver("questions")


async def show_list(to: ToRender) -> Rendered:
    """Draw the list when it is sent."""
    return Letter(await all_sets(to))


async def all_sets(asked: Asked | ToRender, page: int = 0) -> View:
    """Draw the list as it is now."""
    sets = await asked.cases.question_sets.sets(asked.tx)
    offers = asked.cases.question_sets.offers(sets)
    return views.list_view(sets, offers, await labels(asked, *sets), page, asked.say)


# ---- buttons ----

Press = Callable[[Asked, list[str]], Awaitable[View | Trouble | None]]


async def press(asked: Asked, parts: list[str]) -> None:
    """Handle a press in the list or on a set."""
    what, *rest = parts or [""]
    handle = _PRESSES.get(what)
    answer = await handle(asked, rest) if handle else Trouble.GONE
    if isinstance(answer, Trouble):
        asked.toast(asked.say(answer.value))
        return
    asked.toast()
    if answer is not None:
        asked.edit(answer)


async def _list(asked: Asked, rest: list[str]) -> View:
    return await all_sets(asked, read_page(rest, 0))


async def _add(asked: Asked, rest: list[str]) -> View | Trouble:
    """Take a set of the library over; pressed again on an old list it only shows it."""
    if rest and await known_set(asked, rest) is None:
        trouble = await asked.cases.question_sets.take_offer(asked.tx, asked.person, rest[0], asked.now)
        if trouble is not None:
            return trouble
    return await _set(asked, rest)


async def _set(asked: Asked, rest: list[str]) -> View | Trouble:
    known = await known_set(asked, rest)
    return Trouble.GONE if known is None else await _card(asked, known)


async def _card(asked: Asked | ToRender, known: Set) -> View:
    budget = asked.cases.practice.rules.questions_a_week
    return views.set_view(known, await labels(asked, known), budget, asked.say)


async def _version(asked: Asked, rest: list[str]) -> Stored | None:
    number = decode_id(rest[0]) if rest else None
    return None if number is None else await asked.cases.question_sets.version(asked.tx, number)


async def _publish(asked: Asked, rest: list[str]) -> View | Trouble | None:
    return await _made_live(asked, rest, asked.cases.question_sets.publish, None)


async def _go_back(asked: Asked, rest: list[str]) -> View | Trouble | None:
    return await _made_live(asked, rest, asked.cases.question_sets.go_back, BACK)


async def _made_live(asked: Asked, rest: list[str], make: Any, detail: str | None) -> View | Trouble | None:
    version = await _version(asked, rest)
    if version is None:
        return Trouble.GONE
    trouble: Trouble | None = await make(asked.tx, asked.person, version, asked.now)
    if trouble is Trouble.NEEDS_READER:
        await asked.cases.awaited_texts.ask(asked.tx, asked.person, READER, version.id, asked.now, detail)
        asked.tell(trouble.value)
        return None
    return trouble or await _set(asked, [version.name])


async def _ask_to_discard(asked: Asked, rest: list[str]) -> View | Trouble:
    version = await _version(asked, rest)
    if version is None or version.published_at is not None:
        return Trouble.GONE
    return views.discard_view(version, asked.say)


async def _discard(asked: Asked, rest: list[str]) -> View | Trouble:
    version = await _version(asked, rest)
    if version is None:
        return Trouble.GONE
    trouble = await asked.cases.question_sets.discard(asked.tx, asked.person, version, asked.now)
    left = await asked.cases.question_sets.named(asked.tx, version.name)
    return trouble or (await _set(asked, [version.name]) if left else await _list(asked, []))


async def _retire(asked: Asked, rest: list[str]) -> View | Trouble:
    known = await known_set(asked, rest)
    if known is None:
        return Trouble.GONE
    trouble = await asked.cases.question_sets.retire(asked.tx, asked.person, known, asked.now)
    return trouble or await _set(asked, rest)


async def _template(asked: Asked, _rest: list[str]) -> None:
    await asked.deliver("question_template")


async def _file(asked: Asked, rest: list[str]) -> Trouble | None:
    known = await known_set(asked, rest)
    version = None if known is None else known.draft or known.live
    if version is None:
        return Trouble.GONE
    await asked.deliver("question_file", about_id=version.id)
    return None


async def template_file(to: ToRender) -> Rendered:
    """Send the template."""
    return Letter(View(to.say("questions.template")), document=("my-questions.yaml", TEMPLATE.read_bytes()))


async def version_file(to: ToRender) -> Rendered:
    """Send a version as a file that can be changed and sent back."""
    version = await to.cases.question_sets.version(to.tx, to.about)
    if version is None:
        return None
    name, content = f"{version.name}_{version.number}.yaml", as_yaml(version.content)
    text = "questions.file.draft" if version.published_at is None else "questions.file.live"
    return Letter(View(to.say(text, number=version.number)), document=(name, content.encode()))


# ---- files that come in ----


async def _read(_cases: UseCases, _admin: Person, raw: bytes, _now: datetime) -> dict[str, Any] | tuple[Fault, ...]:
    """Read a file apart from everything else: a large one takes a moment."""
    try:
        return await asyncio.to_thread(read_file, raw)
    except QuestionSetFault as fault:
        return fault.faults


async def _take(asked: Asked, found: dict[str, Any] | tuple[Fault, ...]) -> None:
    """Keep a good file as a draft and show it; of any other say what is wrong."""
    if isinstance(found, tuple):
        asked.show(views.faults_view(found, asked.say))
        return
    known = await asked.cases.question_sets.named(asked.tx, found["name"])
    replaces = known is not None and known.loses_draft_to(found)
    draft = await asked.cases.question_sets.take_draft(asked.tx, asked.person, found, asked.now)
    if isinstance(draft, Trouble):
        asked.tell(draft.value)
    else:
        await asked.deliver("question_set", about_id=draft.id, detail=REPLACED if replaces else None)


async def show_set(to: ToRender) -> Rendered:
    """Draw the set of a version when it is sent."""
    version = await to.cases.question_sets.version(to.tx, to.about)
    known = await to.cases.question_sets.named(to.tx, version.name) if version else None
    if known is None:
        return None
    view = await _card(to, known)
    replaced = to.parcel.delivery.detail == REPLACED
    return Letter(view._replace(text=f"{to.say('questions.replaced')}\n\n{view.text}") if replaced else view)


FILE = Upload(Action.CONFIGURE_QUESTIONS, JSON_SIZE, "upload.kind.questions", "upload.too_big.questions", _read, _take)


async def take_reader(asked: Asked, awaited: AwaitedText, text: str) -> None:
    """Publish a set that asks about danger, now that somebody is named who looks."""
    await asked.cases.awaited_texts.close(asked.tx, asked.person)
    version = await asked.cases.question_sets.version(asked.tx, awaited.about_id)
    reader = " ".join(text.split())[:300]
    if version is None or not reader:
        asked.tell(Trouble.GONE.value)
        return
    sets = asked.cases.question_sets
    make_live = sets.go_back if awaited.detail == BACK else sets.publish
    await make_live(asked.tx, asked.person, version, asked.now, reader)
    await asked.deliver("question_set", about_id=version.id)


async def _preview(asked: Asked, rest: list[str]) -> View | Trouble | None:
    version = await _version(asked, rest)
    if version is None:
        return Trouble.GONE
    await asked.cases.question_sets.begin_preview(asked.tx, asked.person, version, asked.now)
    await asked.deliver("preview")
    return None


_PRESSES: dict[str, Press] = {
    "list": _list,
    "add": _add,
    "set": _set,
    "preview": _preview,
    "publish": _publish,
    "back": _go_back,
    "discard": _ask_to_discard,
    "drop": _discard,
    "retire": _retire,
    "who": whom.who,
    "whom": whom.whom,
    "one": whom.one,
    "when": whom.when,
    "as": whom.assign,
    "stop": whom.stop,
    "now": whom.now,
    "ask": whom.ask,
    "go": whom.go,
    "template": _template,
    "file": _file,
}
