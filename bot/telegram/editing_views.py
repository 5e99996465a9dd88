"""How a question set looks to an admin who changes it in the chat. One message, edited in place; pure."""

from collections.abc import Iterator, Sequence

from bot.authoring import At
from bot.telegram.asking_views import asking_rows, asking_text, name_of
from bot.telegram.buttons import Button, View, data
from bot.telegram.editing_words import news, press
from bot.telegram.question_views import VERB, draft_rows, fitting
from bot.texts import Speech, escape, pick
from conversations.editing import Content, Made, Step, Texts, ends_of, place_of, short_name, shortened
from conversations.model import Kind

_LABEL, _LINE = 34, 120
_SHOWN = 400
"""Characters of a text that a screen shows in each language."""
_ROOM = 2000
"""Characters for lists; the rest of Telegram's 4,096 is for what stands around them, problems most of all."""

Rows = Sequence[tuple[Button, ...]]


def edit_view(at: At, say: Speech) -> View:
    """Draw where an admin stands."""
    text, rows = _DRAWERS[at.editing.step](at, say)
    head = news(at.editing, say)
    return View("\n\n".join([*head, text]), tuple(rows))


# ---- the list ----


def _list(at: At, say: Speech) -> tuple[str, Rows]:
    questions = at.editing.questions
    lines = [f"<b>{escape(_title(at.editing.content, say))}</b>", *_status(at, say), ""]
    lines += fitting([_line(place, one, say) for place, one in enumerate(questions, 1)], _ROOM)
    if pool := at.editing.content.get("follow_ups"):
        lines += ["", say("edit.list.pool", number=len(pool))]
    rows: list[tuple[Button, ...]] = [(_open(at, place, one, say),) for place, one in enumerate(questions, 1)]
    if at.editing.removed is not None:
        rows.insert(0, (press(at, say("button.undo"), "undo"),))
    rows.append((press(at, say("button.edit.add"), "add"),))
    if at.live is None and at.draft is not None:
        rows += draft_rows(at.draft, say)  # there is no difference to look at first
    return "\n".join(lines), [*rows, (Button(say("button.back"), data(VERB, "set", at.name)),)]


def _open(at: At, place: int, question: Content, say: Speech) -> Button:
    return press(at, f"{place}. {short_name(question, say.code, _LABEL)}", "q", question["id"])


def _title(content: Content, say: Speech) -> str:
    return pick(content.get("title") or {}, say.code) or str(content["name"]).replace("_", " ")


def _status(at: At, say: Speech) -> list[str]:
    if at.live is not None:
        return [say("edit.list.live", number=at.live.number)]
    begun = at.editing.done is not None and at.editing.done.made is Made.BEGUN
    language = name_of(at.editing.content["languages"][0])
    return [say("edit.list.draft"), *([say("edit.list.language", language=language)] if begun else [])]


def _line(place: int, question: Content, say: Speech) -> str:
    text = shortened(pick(question["text"], say.code), _LINE)
    return say("edit.line", place=place, name=text, kind=say(f"edit.kind.{question['kind']}"))


# ---- one question ----


def _question(at: At, say: Speech) -> tuple[str, Rows]:
    question, content = at.editing.about, at.editing.content
    place = place_of(content, at.editing.question) or 0
    count = len(at.editing.questions)
    label = pick(question.get("label") or {}, say.code)
    head = say("edit.question", place=place + 1, count=count, name=label)
    lines = [head, "", *_texts(question["text"], content, say), "", *_answers(question, say)]
    if question.get("show_if"):
        lines.append(say("edit.condition"))
    return "\n".join(lines), [*_question_rows(at, question, place, count, say)]


def _texts(texts: Texts, content: Content, say: Speech) -> list[str]:
    if len(content["languages"]) == 1:
        return [escape(pick(texts, say.code)[:_SHOWN])]
    shown = [(code, texts[code][:_SHOWN]) for code in content["languages"] if code in texts]
    return fitting([say("edit.in_language", language=name_of(code), text=text) for code, text in shown], _ROOM)


def _answers(question: Content, say: Speech) -> list[str]:
    kind = question["kind"]
    if kind == Kind.CHOICE:
        head = say("edit.answers.several" if question.get("several") else "edit.answers.one")
        return [head, *(say("edit.answers.option", text=pick(one["text"], say.code)) for one in question["options"])]
    if kind in (Kind.YES_NO, Kind.TEXT):
        return [say("edit.answers.yes_no" if kind == Kind.YES_NO else "edit.answers.text")]
    low, high = ends_of(question)
    if kind == Kind.NUMBER:
        return [say("edit.answers.number", low=low, high=high)]
    ends = [
        (number, question[key]) for number, key in ((low, "low_anchor"), (high, "high_anchor")) if question.get(key)
    ]
    said = [say("edit.answers.anchor", number=number, text=pick(texts, say.code)) for number, texts in ends]
    return [say("edit.answers.rating", low=low, high=high), *said]


def _question_rows(at: At, question: Content, place: int, count: int, say: Speech) -> Iterator[tuple[Button, ...]]:
    name = question["id"]
    first = [press(at, say("button.edit.text"), "w", "text", name)]
    if question["kind"] in _ANSWERS:
        first.append(press(at, say("button.edit.answers"), *_ANSWERS[question["kind"]], name))
    yield tuple(first)
    yield (press(at, say("button.edit.label"), "w", "label", name),)
    moves = []
    if place > 0:
        moves.append(press(at, say("button.edit.up"), "mv", name, place - 1))
    if place < count - 1:
        moves.append(press(at, say("button.edit.down"), "mv", name, place + 1))
    if moves:
        yield tuple(moves)
    can = question.get("skippable", True)
    yield (press(at, say("button.edit.skippable", value=_yes(can, say)), "skip", name, int(not can)),)
    yield (press(at, say("button.edit.remove"), "rm", name),)
    yield (press(at, say("button.back"), "x"),)


_ANSWERS = {Kind.RATING: ("w", "anchors"), Kind.NUMBER: ("w", "range"), Kind.CHOICE: ("opts",)}


def _yes(value: bool, say: Speech) -> str:
    return say("word.yes" if value else "word.no")


# ---- options, kinds, words ----


def _options(at: At, say: Speech) -> tuple[str, Rows]:
    question = at.editing.about
    name, several = question["id"], question.get("several", False)
    rows = [
        (press(at, pick(one["text"], say.code), "w", "option", name, number),)
        for number, one in enumerate(question["options"])
    ]
    rows.append((press(at, say("button.edit.add_option"), "w", "option", name, "new"),))
    rows.append((press(at, say("button.edit.several", value=_yes(several, say)), "sev", name, int(not several)),))
    rows.append((press(at, say("button.back"), "x"),))
    return say("edit.options", name=short_name(question, say.code)), rows


def _kinds(at: At, say: Speech) -> tuple[str, Rows]:
    kinds = [press(at, say(f"button.edit.kind.{kind.value}"), "k", kind.value) for kind in KINDS]
    rows = [tuple(kinds[start : start + 2]) for start in range(0, len(kinds), 2)]
    rows.append((press(at, say("button.edit.cancel"), "x"),))
    return say("edit.ask.first_kind" if at.editing.is_new else "edit.ask.kind"), rows


KINDS = (Kind.RATING, Kind.YES_NO, Kind.CHOICE, Kind.TEXT, Kind.NUMBER)


def _asking(at: At, say: Speech) -> tuple[str, Rows]:
    return asking_text(at.editing, say), asking_rows(at, say)


def _closed(_at: At, say: Speech) -> tuple[str, Rows]:
    return say("questions.gone"), ()


_DRAWERS = {
    Step.LIST: _list,
    Step.QUESTION: _question,
    Step.OPTIONS: _options,
    Step.KIND: _kinds,
    Step.ASKING: _asking,
    Step.CLOSED: _closed,
}
