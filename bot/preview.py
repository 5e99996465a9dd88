"""A question set walked in a terminal: the reducer, the views and the texts of the chat, with signs for buttons."""

import html
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from string import ascii_lowercase
from zoneinfo import ZoneInfo

from bot.telegram.buttons import Button, View, read_check_in
from bot.telegram.check_in_views import check_in_view
from bot.texts import Speech, known_language, pick, speech
from conversations import events as ev
from conversations.answers import values_of
from conversations.check_in import advance
from conversations.events import Outcome
from conversations.model import CheckIn, QuestionSetVersion, State, Terms
from conversations.scoring import scores

_END = (State.COMPLETED, State.DECLINED, State.EXPIRED, State.CANCELLED)


def walk(
    version: QuestionSetVersion, language: str, show: Callable[[str], object], asked: Callable[[], str | None]
) -> None:
    """Let somebody answer a set as a client does.

    Args:
        version: the set.
        language: the client's language.
        show: shows a text.
        asked: gives what was typed: a rating, a button's letter, or any text; None ends the walk.
    """
    now = datetime.now(UTC)
    terms = Terms(version, timedelta(minutes=15), ZoneInfo("UTC"), None)
    check_in = CheckIn(1, 1, 1, now, state=State.OPEN, version_id=version.id, expires_at=now + timedelta(hours=72))
    say = speech(known_language(language, "en"))
    while True:
        view = check_in_view(check_in, terms, say, now)
        signs = _signs(view)
        show(_drawn(view, signs))
        if check_in.state in _END:
            break
        if (typed := asked()) is None:
            return
        outcome = _moved(check_in, signs, typed, now, terms)
        if outcome.refusal is not None:
            show(html.unescape(say(f"refusal.{outcome.refusal.value}")))
        check_in = outcome.check_in
    for line in _scored(check_in, version, say):
        show(line)


def _moved(check_in: CheckIn, signs: Mapping[str, Button], typed: str, now: datetime, terms: Terms) -> Outcome:
    """Press the button of this sign; all else is typed."""
    button = signs.get(typed.strip())
    read = read_check_in(button.data.split(":")[1:]) if button else None
    return advance(check_in, read[1] if read else ev.Typed(typed), now, terms)


def _signs(view: View) -> dict[str, Button]:
    """Give each button what is typed to press it: a rating itself, of all others a letter."""
    letters = iter(ascii_lowercase)
    buttons = [button for row in view.rows for button in row]
    return {button.label if button.label.isdigit() else next(letters): button for button in buttons}


def _drawn(view: View, signs: Mapping[str, Button]) -> str:
    text = html.unescape(re.sub(r"<[^>]+>", "", view.text))
    ratings = " ".join(f"[{sign}]" for sign in signs if sign.isdigit())
    others = [f"  {sign}) {button.label}" for sign, button in signs.items() if not sign.isdigit()]
    return "\n".join(["", text, *([f"  {ratings}"] if ratings else []), *others])


def _scored(check_in: CheckIn, version: QuestionSetVersion, say: Speech) -> list[str]:
    """Say what the scales came to; only whoever previews a set sees this, a client does not."""
    answers = values_of(version.questions, check_in.answers, check_in.words)
    found = scores(version.scales, version.questions, answers)
    lines = []
    for scale in version.scales:
        score = found.get(scale.id)
        if score is None or score.points is None:
            lines.append(f"{pick(scale.label, say.code) or scale.id}: too few answers")
            continue
        band = f", {pick(score.band.label, say.code)}" if score.band else ""
        flag = ", flagged" if score.flagged else ""
        lines.append(f"{pick(scale.label, say.code) or scale.id}: {score.points:g}{band}{flag}")
    return ["", *lines] if lines else []
