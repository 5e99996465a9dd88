"""Wherever a therapist is shown a rating, a score or a flag, it says what that is: a prompt to talk, not a finding."""

import pytest

from bot.goals import GoalOf
from bot.telegram.agenda_views import agenda_pages
from bot.telegram.goal_views import goal_view, list_view
from bot.telegram.staff_views import summary_view
from bot.texts import languages, speech
from conversations.goals import Goal, Rating, Stage
from tests.conversations.stories import NOON
from tests.store.people import BERLIN
from tests.telegram_layer.test_summary_views import episode, full_agenda, worst

every_language = pytest.mark.parametrize("code", languages())
RATED = Goal(1, 2, "to sleep", NOON, NOON, Stage.ACTIVE, agreed_at=NOON, ratings=(Rating(NOON, 3, 8),))
UNRATED = Goal(1, 2, "to sleep", NOON, NOON, Stage.ACTIVE, agreed_at=NOON)


@every_language
def test_every_view_with_numbers_says_what_they_are(code: str) -> None:
    say = speech(code)
    views = [
        summary_view(worst(), say),
        *agenda_pages(full_agenda(7), say, BERLIN),
        goal_view(GoalOf(RATED, episode()), say),
        list_view(episode(), [RATED], say),
    ]
    assert [view.text.count(say("summary.footer")) for view in views] == [1] * len(views)


@every_language
def test_where_there_are_no_numbers_there_is_no_footer(code: str) -> None:
    say = speech(code)
    for view in (goal_view(GoalOf(UNRATED, episode()), say), list_view(episode(), [UNRATED], say)):
        assert say("summary.footer") not in view.text
