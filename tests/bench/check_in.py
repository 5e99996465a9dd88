"""The check-in that every bot of the benchmark asks: five ratings, with the same texts and keyboards."""

from typing import Any

TOKEN = "123456:TEST-abcdefghijklmnopqrstuvwxyz012345"
RATINGS = (7, 9, 6, 10, 8)
"""What every robot answers, question by question; all are stored by Attune and looked for afterwards."""
PRESSES = 1 + len(RATINGS)
READER = "Your therapist will see this. No one else is told."

_QUESTIONS = (
    ("bond", "How safe did it feel to be yourself with your therapist?", "Not safe at all", "Very safe"),
    ("goals", "Did you and your therapist aim for the same things?", "Not at all", "Fully"),
    ("tasks", "How well did what you did in the session suit you?", "Not well at all", "Very well"),
    ("overall", "All in all, how useful was this session to you?", "Not useful", "Very useful"),
    ("week", "How well do you feel equipped for the days until next time?", "Not at all", "Very well"),
)
QUESTION_IDS = tuple(name for name, *_ in _QUESTIONS)


def question_set() -> dict[str, Any]:
    """Return the mapping that Attune publishes as its live version."""
    return {
        "name": "bench",
        "number": 1,
        "licence": "CC0-1.0",
        "source": "made up for the benchmark",
        "languages": ["en"],
        "questions": [
            {
                "id": name,
                "kind": "rating",
                "label": {"en": name.capitalize()},
                "text": {"en": text},
                "low_anchor": {"en": low},
                "high_anchor": {"en": high},
            }
            for name, text, low, high in _QUESTIONS
        ],
    }


def question_text(position: int) -> str:
    """Write a question as Attune does, in Telegram HTML; `position` counts from 0."""
    _, text, low, high = _QUESTIONS[position]
    reader = f"\n\n<i>{READER}</i>" if position == 0 else ""
    return f"{position + 1}/{len(_QUESTIONS)}  <b>{text}</b>\n\n0 = {low}\n10 = {high}{reader}"


def moving_row(position: int) -> list[str]:
    """Return the labels under the ratings."""
    return ["Back", "Skip"] if position else ["Skip"]
