"""Words that were given, by language, on their way into a question. See `authoring_asking`."""

from collections.abc import Callable, Mapping

from conversations.authoring_words import id_for, range_in
from conversations.editing import Content, Texts, Wanted

Writer = Callable[[Content, Texts, str], Content]


def _write_texts(key: str) -> Writer:
    return lambda question, given, _option: {**question, key: {**question.get(key, {}), **given}}


def _write_anchors(question: Content, given: Texts, _option: str) -> Content:
    pairs = {language: words.split("\n") for language, words in given.items()}
    low = {**question.get("low_anchor", {}), **{language: pair[0] for language, pair in pairs.items()}}
    high = {**question.get("high_anchor", {}), **{language: pair[1] for language, pair in pairs.items()}}
    return {**question, "low_anchor": low, "high_anchor": high}


def _write_options(question: Content, given: Texts, _option: str) -> Content:
    lines = {language: words.split("\n") for language, words in given.items()}
    options: list[Content] = []
    for number, words in enumerate(next(iter(lines.values()))):
        texts = {language: several[number] for language, several in lines.items()}
        options.append({"id": id_for(words, [one["id"] for one in options], "option"), "text": texts})
    return {**question, "options": options}


def _write_option(question: Content, given: Texts, option: str) -> Content:
    options = list(question.get("options", []))
    if not option:
        name = id_for(next(iter(given.values())), [one["id"] for one in options], "option")
        return {**question, "options": [*options, {"id": name, "text": dict(given)}]}
    return {
        **question,
        "options": [{**one, "text": {**one["text"], **given}} if one["id"] == option else one for one in options],
    }


def _write_range(question: Content, given: Texts, _option: str) -> Content:
    low, high = range_in(next(iter(given.values()))) or (0, 0)
    return {**question, "minimum": low, "maximum": high}


WRITERS: Mapping[Wanted, Writer] = {
    Wanted.TEXT: _write_texts("text"),
    Wanted.LABEL: _write_texts("label"),
    Wanted.ANCHORS: _write_anchors,
    Wanted.OPTIONS: _write_options,
    Wanted.OPTION: _write_option,
    Wanted.RANGE: _write_range,
}
"""What becomes of a question (so far) with the words that were wanted, and the id of the option they are for."""
