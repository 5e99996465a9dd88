from datetime import date
from pathlib import Path

import pytest

from bot.playground.story import play
from bot.playground.story_plan import scenes
from bot.playground.story_wording import Wording
from bot.texts import languages

TODAY = date(2027, 1, 4)


@pytest.mark.parametrize(
    ("english", "spanish", "german"),
    [
        ("Start", "Empezar", "Anfangen"),
        ("Talk about it next time: yes", "Hablarlo la próxima vez: sí", "Nächstes Mal besprechen: ja"),
        ("Same aims: 8", "Ir hacia lo mismo: 8", "Gleiches Ziel: 8"),
        ("Wed 6 Jan", "mié, 6 ene", "Mi., 6. Jan."),
        ("More room to talk freely", "Más espacio para hablar", "Mehr Raum zum freien Sprechen"),
        ("10", "10", "10"),
        ("K-06", "K-06", "K-06"),
    ],
)
def test_a_label_of_the_script_is_found_in_every_language(english: str, spanish: str, german: str) -> None:
    assert spanish in Wording("es").of(english, TODAY)
    assert german in Wording("de").of(english, TODAY)
    assert Wording("en").of(english, TODAY) == {english}


def test_no_word_the_script_presses_stays_english() -> None:
    words = {step for scene in scenes(TODAY) for step in scene.steps if step[0].isalpha() and " " in step}
    assert words, "the script presses buttons"
    for language in (code for code in languages() if code != "en"):
        wording = Wording(language)
        assert [word for word in words if wording.of(word, TODAY) == {word}] == []


@pytest.mark.long
@pytest.mark.parametrize("language", [code for code in languages() if code != "en"])
async def test_the_story_plays_to_its_end_in_every_language(language: str, tmp_path: Path) -> None:
    played = await play(tmp_path / "story", lambda _line: None, language)
    assert played.figures["requests_refused"] == 0
    assert played.figures["answered"] > 0
