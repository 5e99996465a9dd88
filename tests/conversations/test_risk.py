import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.risk import _PHRASES, may_point_to_danger

PHRASES = [phrase for phrases in _PHRASES.values() for phrase in phrases]


@pytest.mark.parametrize(
    "text",
    [
        "I want to die",
        "i WANT  to\ndie.",
        "I don't want to live",
        "I don\u2019t want to live anymore",
        "Sometimes I think of suicide, mostly at night",
        "...self-harm...",
        "Quiero hacerme da\u00f1o",
        "A veces pienso en el suicidio",
        "Ich will sterben",
        "ich m\u00f6chte sterben",
        "Ich habe an Selbstmord gedacht",
        "\u00dcberdosis",
        "er schl\u00e4gt mich",
    ],
)
def test_words_of_danger_are_noticed_in_any_language_and_spelling(text: str) -> None:
    assert may_point_to_danger(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        "It was loud outside",
        "I would like less homework",
        "Me gust\u00f3 la sesi\u00f3n",
        "Es war gut",
        "die Stunde",
    ],
)
def test_everyday_words_are_not(text: str) -> None:
    assert not may_point_to_danger(text)


def test_a_phrase_begins_with_a_word_and_not_inside_one() -> None:
    assert not may_point_to_danger("he shits me")
    assert may_point_to_danger("he hits me")


@pytest.mark.parametrize("phrase", PHRASES)
def test_every_phrase_of_the_list_can_be_found(phrase: str) -> None:
    assert may_point_to_danger(f"So: {phrase.upper()}!")


@given(st.text(st.characters(codec=None)))
def test_no_text_makes_it_fail(text: str) -> None:
    may_point_to_danger(text)


@given(st.text(max_size=20), st.sampled_from(PHRASES), st.text(max_size=20))
def test_a_phrase_is_found_wherever_it_stands(before: str, phrase: str, after: str) -> None:
    assert may_point_to_danger(f"{before} {phrase} {after}")
