"""What every language must keep, whatever its words: dates, numbers, plurals, HTML, lengths, and the tone."""

import re
import string
from datetime import UTC, date, datetime
from functools import cache
from itertools import chain
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from ruamel.yaml import YAML

from bot.playground.entities import formatted
from bot.practice import BUILT_IN
from bot.reflections import reflection_texts
from bot.telegram.menus import COMMANDS
from bot.texts import LOCALES, known_language, languages, speech
from conversations.model import QuestionSetVersion
from conversations.question_sets import read_question_set
from tests.text_samples import HALF, LIMITS, SAMPLES

BERLIN = ZoneInfo("Europe/Berlin")
TRANSLATIONS = tuple(code for code in languages() if code != "en")

every_language = pytest.mark.parametrize("code", languages())
every_translation = pytest.mark.parametrize("code", TRANSLATIONS)


@cache
def texts(code: str) -> dict[str, tuple[str, ...]]:
    """Read a file past the bot: each name with its text, or its plural forms."""
    with (LOCALES / f"{code}.po").open("rb") as file:
        catalog = read_po(file, locale=code)
    found: dict[str, tuple[str, ...]] = {}
    for message in catalog:
        name, text = message.id, message.string
        if name and text:
            found[name if isinstance(name, str) else name[0]] = (text,) if isinstance(text, str) else tuple(text)
    return found


@cache
def built_in() -> QuestionSetVersion:
    return read_question_set(YAML(typ="safe").load(BUILT_IN.read_text(encoding="utf-8")), 1)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


# ---- dates, numbers, plurals ----

DATES = {
    "en": ("4 November", "4 Nov", "Tue 3 Nov", "Wed 4 Nov, 18:40"),
    "es": ("4 de noviembre", "4 nov", "mar, 3 nov", "mié, 4 nov, 18:40"),
    "de": ("4. November", "4. Nov.", "Di., 3. Nov.", "Mi., 4. Nov., 18:40"),
}


@pytest.mark.parametrize("code", DATES)
def test_days_and_times_are_written_as_the_language_writes_them(code: str) -> None:
    say, day = speech(code), date(2026, 11, 4)
    moment = datetime(2026, 11, 4, 17, 40, tzinfo=UTC)
    written = (say.day(day), say.short_day(day), say.weekday(date(2026, 11, 3)), say.moment(moment, BERLIN))
    assert written == DATES[code]


@every_language
def test_the_clock_has_24_hours_and_two_digits(code: str) -> None:
    say = speech(code)
    assert say.time(datetime(2026, 7, 1, 7, 5, tzinfo=UTC), BERLIN) == "09:05"
    assert say.time(datetime(2026, 7, 1, 22, 0, tzinfo=UTC), BERLIN) == "00:00"
    assert say.moment(datetime(2026, 7, 1, 22, 0, tzinfo=UTC), BERLIN).startswith(say.weekday(date(2026, 7, 2)))


@pytest.mark.parametrize(("code", "decimal"), [("en", "7.3"), ("es", "7,3"), ("de", "7,3")])
def test_a_number_has_at_most_one_digit_behind_its_mark(code: str, decimal: str) -> None:
    say = speech(code)
    assert say.number(7.3333) == decimal
    assert say.number(9.0) == "9"
    assert say.number(10) == "10"


PLURALS = {
    "en": ("You have 1 client here.", "You have 2 clients here.", "You have 0 clients here."),
    "es": ("Hay 1 persona en su lista.", "Hay 2 personas en su lista.", "Hay 0 personas en su lista."),
    "de": (
        "Auf Ihrer Liste steht 1 Person.",
        "Auf Ihrer Liste stehen 2 Personen.",
        "Auf Ihrer Liste stehen 0 Personen.",
    ),
}


@pytest.mark.parametrize("code", PLURALS)
def test_plurals(code: str) -> None:
    given = [speech(code).count("start.therapist.clients", number) for number in (1, 2, 0)]
    assert [text.partition(".")[0] + "." for text in given] == list(PLURALS[code])


@pytest.mark.parametrize(
    ("code", "one", "four"),
    [
        ("en", "One short question is ready.", "Four short questions are ready."),
        ("es", "Una pregunta breve le espera.", "Cuatro preguntas breves le esperan."),
        ("de", "Eine kurze Frage liegt für Sie bereit.", "Vier kurze Fragen liegen für Sie bereit."),
    ],
)
def test_the_prompt_agrees_with_its_number(code: str, one: str, four: str) -> None:
    say = speech(code)
    assert say.count("prompt.ready", 1, count=say("number.1")).startswith(one)
    assert say.count("prompt.ready", 4, count=say("number.4")).startswith(four)


# ---- which language ----


@pytest.mark.parametrize(
    ("telegram_code", "code"),
    [("es-MX", "es"), ("es-419", "es"), ("de", "de"), ("DE-at", "de"), ("en-US", "en"), ("est", "en"), ("fr", "en")],
)
def test_telegrams_code_chooses_the_language_and_an_unknown_one_falls_back(telegram_code: str, code: str) -> None:
    assert speech(telegram_code).code == code


@pytest.mark.parametrize("nothing", [None, "", "-", "xx-YY"])
def test_who_has_no_known_language_gets_the_practices(nothing: str | None) -> None:
    assert known_language(nothing, "de") == "de"
    assert speech(nothing).code == "en"


# ---- what Telegram takes ----


def rendered(code: str, name: str) -> list[str]:
    """Fill a text, each of its plural forms, with long samples that need escaping."""
    say, forms = speech(code), texts(code)[name]
    if len(forms) > 1:
        return [say.count(name, number, **{**SAMPLES, "number": number}) for number in (1, 2)]
    return [say(name, **SAMPLES)]


@every_language
def test_every_text_is_valid_html_with_awkward_values_in_it_and_fits(code: str) -> None:
    too_long = {}
    for name in texts(code):
        limit = next((limit for start, limit in LIMITS.items() if name.startswith(start)), 4096)
        for text in rendered(code, name):
            plain, _ = formatted(text, "HTML", None)
            assert plain, name
            if len(plain.encode("utf-16-le")) // 2 > limit:
                too_long[name] = plain
    assert too_long == {}


@every_language
def test_labels_that_stand_side_by_side_are_short(code: str) -> None:
    pairs = HALF | {"button.before_session", "button.overview", "button.joined.right", "button.joined.wrong"}
    assert {name: text for name in pairs if len(text := texts(code)[name][0]) > 20} == {}


def marks(text: str) -> set[str]:
    """Find the HTML and the commands in a text."""
    return set(re.findall(r"</?\w+>|(?<![\w<])/[a-z_]+\b", text))


@every_translation
def test_every_text_has_the_marks_the_links_and_the_values_of_the_english_one(code: str) -> None:
    differing = [
        name
        for name, english in texts("en").items()
        for text in texts(code)[name]
        if marks(text) != marks(english[-1]) or placeholders(text) != placeholders(english[-1])
    ]
    assert differing == []


@every_language
def test_a_button_is_named_in_a_sentence_as_it_is_labelled(code: str) -> None:
    say = speech(code)
    assert say("button.dont_send") in say("review.sends_at", time="18:40")


@every_language
def test_a_charts_legend_uses_the_words_of_the_summary(code: str) -> None:
    questions = {question.id: question.label for question in built_in().questions}
    for part in ("bond", "goals", "tasks"):
        assert speech(code)(f"chart.{part}") == questions[part][code]


@every_language
def test_every_command_is_described(code: str) -> None:
    assert {name for name in COMMANDS if not texts(code).get(f"command.{name}")} == set()


# ---- the tone ----

FORBIDDEN = {
    "en": ("rupture", "risk score", "failure", "compliance", "non-compliant", "diagnos"),
    "es": ("ruptura", "puntuación de riesgo", "puntaje de riesgo", "nivel de riesgo", "fracas", "cumplimiento",
           "adherencia", "incumpl", "diagn[oó]stic"),
    "de": ("bruch", "brüche", "risikowert", "risiko-?score", "risikopunkt", "versag", "scheiter", "gescheitert",
           "misserfolg", "compliance", "adhärenz", "diagnos"),
}  # fmt: skip

FAMILIAR = {
    "en": (),
    "es": ("tú", "tu", "tus", "ti", "te", "contigo", "puedes", "quieres", "tienes", "vosotros", "vuestro", "vuestra"),
    "de": ("du", "dich", "dir", "dein", "deine", "deiner", "deinem", "deinen", "euch", "euer", "eure"),
}
"""Words that would say tú or du."""


@every_language
def test_no_text_holds_a_forbidden_word_or_an_exclamation_mark(code: str) -> None:
    assert code in FORBIDDEN, "a new language brings its own list"
    bad = re.compile("|".join(FORBIDDEN[code]) + "|[!¡]", re.IGNORECASE)
    allowed = re.compile(r"not a diagnosis|no es un diagnóstico|keine Diagnose", re.IGNORECASE)
    found = {
        name: hit[0] for name, forms in texts(code).items() if (hit := bad.search(allowed.sub("", " ".join(forms))))
    }
    assert found == {}


@every_language
def test_everybody_is_addressed_politely(code: str) -> None:
    bad = set(FAMILIAR[code])
    found = {
        name: sorted(words & bad)
        for name, forms in texts(code).items()
        if (words := set(re.findall(r"\w+", " ".join(forms).lower()))) & bad
    }
    assert found == {}


SAME = {
    "digest.client",
    "digest.milestones",
    "digest.score",
    "question.counter", "review.item", "summary.item", "summary.item.changed", "summary.item.words",
    "help.line", "crisis.card", "word.no", "question.no",
    "summary.score", "summary.score.band", "summary.score.changed", "summary.score.band.changed",
    "questions.card", "audit.line",
    "morning.line", "feed.called_off.session",
    "button.practice.name",
    "edit.line", "edit.question", "edit.in_language", "edit.answers.anchor", "edit.answers.option", "edit.ask.about",
    "edit.why.fault", "edit.why.fault_of_set", "edit.kind.text", "button.edit.text", "button.edit.kind.text",
    "button.edit.anchors",
}  # fmt: skip
"""Texts that hold no word, or the same one."""


@every_translation
def test_nothing_is_left_in_english(code: str) -> None:
    same = {name for name, forms in texts(code).items() if set(forms) & set(texts("en").get(name, ()))}
    assert same <= SAME


@every_translation
def test_the_reflection_is_told_in_every_language_and_marked_as_a_draft(code: str) -> None:
    told = reflection_texts()
    assert [place for place, text in told.texts() if text[code] == text["en"]] == []
    assert code in told.draft_languages


@every_translation
def test_the_built_in_questions_are_asked_in_every_language(code: str) -> None:
    pool = built_in().follow_ups
    asked = [*built_in().questions, *(one.question for one in pool), built_in().note, built_in().talk]
    written = chain.from_iterable(
        (one.text, one.label, one.own_label, one.low_anchor, one.high_anchor, one.skip_label) for one in asked if one
    )
    written = chain(written, (option.text for one in pool for option in one.question.options))
    written = chain(written, (one.next_step.text for one in pool if one.next_step))
    assert [texts for texts in written if texts and (not texts.get(code) or texts[code] == texts["en"])] == []


@every_translation
def test_a_draft_says_that_it_is_one(code: str) -> None:
    head = (LOCALES / f"{code}.po").read_text(encoding="utf-8").partition("msgid")[0]
    assert "draft until a native-speaking clinician has read it" in head
