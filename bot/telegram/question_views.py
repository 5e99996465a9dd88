"""How question sets look to the admin: the list, one set, what a file lacks, who is asked. All edited in place."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from bot.question_sets import Assignment, Choice, Set, Stored
from bot.telegram.buttons import Button, View, data, encode_id
from bot.telegram.paging import more, page_of
from bot.texts import Speech, pick
from conversations.editing import find, short_name
from conversations.faults import Fault
from conversations.occasions import EACH, ONCE, Occasion
from conversations.question_diff import Difference

VERB = "qs"
PREVIEW = "pv"
EDIT = "qe"
_ROOM = 3300
"""Characters for lists; the rest of Telegram's 4,096 is for what stands around them."""

_WORDS = 20
"""How many of those who are asked a set are named; the others are counted."""

Names = Mapping[int, str]
"""Whom an assignment is about, as people call them, by id."""

Rows = tuple[tuple[Button, ...], ...]


def list_view(sets: Iterable[Set], offers: Iterable[Mapping[str, Any]], names: Names, page: int, say: Speech) -> View:
    """Draw every set with where it is used, and what else there is to take over."""
    known = list(sets)
    shown = page_of(known, page)
    lines = [f"<b>{say('questions.title')}</b>", "", *fitting([_line(one, names, say) for one in shown])]
    lines += [say("questions.more", number=rest)] if (rest := len(known) + 2 - len(lines)) else []
    rows: Rows = tuple((Button(title_of(one, say)[:40], data(VERB, "set", one.name)),) for one in shown)
    rows += more(len(known), page, lambda onto: data(VERB, "list", onto), say)
    new = (Button(say("button.questions.new_set"), data(EDIT, "new")),)
    template = (Button(say("button.questions.template"), data(VERB, "template")),)
    added = tuple((_offer(one, say),) for one in offers)
    lines += ["", say("questions.offers")] if added else []
    return View("\n".join([*lines, "", say("questions.how")]), (*rows, *added, new, template))


def _offer(content: Mapping[str, Any], say: Speech) -> Button:
    return Button(f"+ {_title_of(content, say)}"[:40], data(VERB, "add", content["name"]))


def title_of(known: Set, say: Speech) -> str:
    """Give the name of a set as people call it."""
    return _title_of((known.live or known.versions[-1]).content, say)


def _title_of(content: Mapping[str, Any], say: Speech) -> str:
    return pick(content.get("title") or {}, say.code) or content["name"].replace("_", " ")


def _line(known: Set, names: Names, say: Speech) -> str:
    if known.live is not None:
        asked = asked_words(known, names, say)
        return say("questions.line", title=title_of(known, say), number=known.live.number, asked=asked)
    state = "questions.line.draft" if known.draft else "questions.line.retired"
    return say(state, title=title_of(known, say))


def asked_words(known: Set, names: Names, say: Speech) -> str:
    """Say who is asked a set, and when."""
    said = Counter(assigned_words(one, names, say) for one in known.assignments)
    usual = (one.about_id == 0 and one.occasion is Occasion.AFTER for one in known.assignments)
    words = [line if times == 1 else f"{line} ({times})" for line, times in said.items()]
    if known.is_standard and not any(usual):
        words.insert(0, assigned_words(Assignment(0, known.name), names, say))
    left_out = [say("questions.more", number=len(words) - _WORDS)] if len(words) > _WORDS else []
    return "; ".join([*words[:_WORDS], *left_out]) or say("questions.asked.nobody")


def assigned_words(one: Assignment, names: Names, say: Speech) -> str:
    """Say who is asked by an assignment, and when."""
    who = say("questions.asked.everyone") if one.about_id == 0 else names.get(one.about_id, "-")
    return f"{who}, {when_words((one.occasion, one.every), say)}"


def when_words(choice: Choice, say: Speech) -> str:
    """Say on which occasion, and how often."""
    occasion, every = choice
    if occasion is not Occasion.AFTER:
        return say("questions.when.before" if occasion is Occasion.BEFORE else "questions.when.start")
    if every == ONCE:
        return say("questions.when.once")
    return say("questions.when.each") if every == EACH else say("questions.when.every", number=every)


def beyond_lines(sets: Iterable[Set], budget: int | None, say: Speech) -> list[str]:
    """Say of each set that its clients cannot be asked, and why."""
    if budget is None:
        return []
    found = [one for one in sets if one.is_beyond(budget)]
    return [say.count("questions.beyond", budget, title=title_of(one, say), count=one.length) for one in found]


# ---- one set ----


def set_view(known: Set, names: Names, budget: int | None, say: Speech) -> View:
    """Draw a set: what is live, what the draft would change, and what can be done."""
    lines = [say("questions.card", title=title_of(known, say), name=known.name)]
    if known.live is not None:
        lines += [_version(known.live, "questions.card.live", say), asked_words(known, names, say)]
        lines += [*_reader(known.live, say), *beyond_lines([known], budget, say)]
    if known.draft is not None:
        lines += ["", _version(known.draft, "questions.card.draft", say), *_changes(known, say)]
        lines += ["", say("questions.card.no_core")] if known.leaves_core else []
    return View("\n".join(lines), _set_rows(known, say))


def _version(version: Stored, text: str, say: Speech) -> str:
    content = version.content
    return say(
        text,
        number=version.number,
        count=len(content["questions"]),
        languages=", ".join(content["languages"]),
        licence=content["licence"],
    )


def _reader(version: Stored, say: Speech) -> list[str]:
    return [say("questions.card.reader", reader=version.reader)] if version.reader else []


def _changes(known: Set, say: Speech) -> list[str]:
    if known.live is None:
        return []
    found = [_difference(one, known, say) for one in known.changes]
    shown = fitting(found)
    more = [say("questions.more", number=len(found) - len(shown))] if len(shown) < len(found) else []
    return [say("questions.card.changes"), *shown, *more]


def _difference(one: Difference, known: Set, say: Speech) -> str:
    """Say what is different, of which question by its short name."""
    versions = [version.content for version in (known.draft, known.live) if version is not None]
    about = next((found for content in versions if (found := find(content, one.question))), {"id": one.question})
    return say(f"questions.diff.{one.change.value}", question=short_name(about, say.code))


def fitting(lines: list[str], room: int = _ROOM) -> list[str]:
    """Give as many lines as fit."""
    shown = list[str]()
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        shown.append(line)
    return shown


def _set_rows(known: Set, say: Speech) -> Rows:
    edit = (Button(say("button.questions.edit"), data(EDIT, "open", known.name)),)
    rows: list[tuple[Button, ...]] = [edit]
    if (draft := known.draft) is not None:
        rows += [*draft_rows(draft, say), (_do("discard", draft, say("button.questions.discard"), say),)]
    if known.live is None and known.draft is not None:
        rows.append((_named("file", known, say),))
    if (live := known.live) is not None:
        rows.append((_do("preview", live, say("button.questions.preview"), say), _named("who", known, say)))
        rows.append((_named("now", known, say),))
        rows.append((_named("file", known, say), _named("retire", known, say)))
    back_to = [(one, say("button.questions.go_back", number=one.number)) for one in known.earlier[:3]]
    rows += [(_do("back", one, label, say),) for one, label in back_to]
    return (*rows, (Button(say("button.back"), data(VERB, "list")),))


def draft_rows(draft: Stored, say: Speech) -> Rows:
    """Offer to try a draft and to publish it."""
    return (
        (_do("preview", draft, say("button.questions.preview_draft"), say),),
        (_do("publish", draft, say("button.questions.publish", number=draft.number), say),),
    )


def discard_view(draft: Stored, say: Speech) -> View:
    """Ask once whether a draft may go: it may hold a lot of work."""
    keep = Button(say("button.questions.keep"), data(VERB, "set", draft.name))
    return View(
        say("questions.discard", number=draft.number), ((_do("drop", draft, say("button.questions.drop"), say), keep),)
    )


def _do(what: str, version: Stored, label: str, _say: Speech) -> Button:
    return Button(label, data(VERB, what, encode_id(version.id)))


def _named(what: str, known: Set, say: Speech) -> Button:
    return Button(say(f"button.questions.{what}"), data(VERB, what, known.name))


# ---- files and previews ----


def faults_view(faults: tuple[Fault, ...], say: Speech) -> View:
    """Say everything that is wrong in a file, with its place."""
    lines = [
        say("questions.fault", line=one.place.line, column=one.place.column, sentence=one.sentence) for one in faults
    ]
    shown = fitting(lines)
    more = [say("questions.more", number=len(lines) - len(shown))] if len(shown) < len(lines) else []
    return View("\n".join([say("questions.faults"), "", *shown, *more]))


def preview_view(view: View, say: Speech) -> View:
    """Draw a preview as the client's message, with its buttons turned into ones of the preview."""
    rows = tuple(tuple(_of_preview(button) for button in row) for row in view.rows)
    return View(f"{view.text}\n\n<i>{say('questions.preview')}</i>", rows)


def _of_preview(button: Button) -> Button:
    _, _, *rest = button.data.split(":")
    return Button(button.label, data(PREVIEW, *rest))
