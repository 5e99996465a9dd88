"""Every new message to somebody known: one list from a delivery's kind to what renders it.

A message that has become pointless (its check-in was closed, its invite is gone) renders to None and is dropped.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.outbox import Parcel
from bot.telegram import (
    calendars,
    changes,
    editing,
    exports,
    feeds,
    holidays,
    mornings,
    next_time,
    overseeing,
    past_scores,
    pauses,
    people,
    practice,
    previews,
    questions,
    questions_of_clients,
    reflection,
    series,
    sessions,
    transfers,
)
from bot.telegram import letters_about_goals as about_goals
from bot.telegram import letters_of_digests as of_digests
from bot.telegram import letters_to_clients as to_clients
from bot.telegram import letters_to_staff as to_staff
from bot.telegram.letters import Asked, NotYet, Rendered
from bot.telegram.quiet import quiet_until
from bot.texts import speech
from bot.use_cases import UseCases

_FOR_ANYONE = ("menu", "delete", "care_ended", "you_left")


async def render(tx: AsyncConnection, cases: UseCases, parcel: Parcel, now: datetime, bot_name: str) -> Rendered:
    """Render a delivery for its recipient, in their language, from what is true now.

    Somebody who has no role (any more) is sent nothing: only their command menu is set, their own words deleted, and
    the end of their care or of their work here told once. Who is no therapist any more is sent nothing as one.
    """
    if not parcel.person.is_known and parcel.delivery.kind not in _FOR_ANYONE:
        return None
    kind = parcel.delivery.kind
    if kind in TO_THERAPISTS and not parcel.person.is_therapist:
        return None
    asked = Asked(tx, cases, parcel, speech(parcel.person.language), now, bot_name)
    until = await quiet_until(asked, as_client=kind in TO_CLIENTS)
    return await RENDERERS[kind](asked) if until is None else NotYet(until)


Renderers = dict[str, Callable[[Asked], Awaitable[Rendered]]]

TO_CLIENTS: Renderers = {
    "prompt": to_clients.prompt,
    "reminder": to_clients.reminder,
    "screen": to_clients.screen,
    "talked_ask": to_clients.talked_ask,
    "progress": to_clients.progress,
    "reflection": reflection.reflection,
    "offer_note": to_clients.offer_note,
    "delete": to_clients.delete,
    "crisis": to_clients.crisis,
    "sentence": to_clients.sentence,
    "next_time": next_time.letter,
    "start": to_clients.start,
    "help": to_clients.show_help,
    "privacy": to_clients.privacy,
    "language": to_clients.language,
    "settings": to_clients.settings,
    "stop_ask": to_clients.stop_ask,
    "pause_ask": pauses.ask_letter,
    "menu": to_clients.menu,
    "care_ended": to_clients.care_ended,
    transfers.NEWS: transfers.news,
    "goals": about_goals.goals,
    "goal_answered": about_goals.goal_answered,
}
"""What clients are sent, and what anybody is answered. What comes unasked keeps the practice's quiet hours, or one's
own."""

TO_ADMINS: Renderers = {
    "questions": questions.show_list,
    "question_set": questions.show_set,
    "question_edit": editing.show,
    "question_template": questions.template_file,
    "question_file": questions.version_file,
    "preview": previews.show_preview,
    "audit": changes.letter,
    "practice": practice.letter,
    "people": people.letter,
    "status": overseeing.status,
    "crisis_part": practice.part_letter,
    "invite": to_staff.invite,
    "scores_preview": past_scores.preview,
    "joined_therapist": to_staff.joined_therapist,
    "therapist_left": people.therapist_left,
    "you_left": people.you_left,
}
"""What admins are sent, and what therapists are too, whatever becomes of their role: links, what a file would bring,
the word that they have left."""

TO_THERAPISTS: Renderers = {
    "joined_client": to_staff.joined_client,
    "stopped_client": to_staff.about_client("stopped.client"),
    "pause": pauses.news_letter,
    "unreachable_client": to_staff.about_client("unreachable.client"),
    "summary": to_staff.summary,
    "silence": to_staff.silence,
    "answers": to_staff.answers,
    "reopened": to_staff.reopened,
    "agenda": to_staff.agenda,
    "morning": mornings.morning,
    "calendar": feeds.status,
    "calendar_read": calendars.calendar_read,
    "feed_failing": feeds.failing,
    "chart": to_staff.chart,
    "note": to_staff.note,
    "reflection_shared": reflection.reflection_shared,
    "risk": to_staff.risk,
    "risk_goal": to_staff.about_client("risk.goal"),
    "risk_private": to_staff.about_client("risk.private"),
    "risk_unkept": to_staff.about_client("risk.unkept"),
    "session": to_staff.session,
    "sessions": sessions.sessions_letter,
    "session_again": series.again_letter,
    "session_out": series.out_letter,
    "series": series.letter,
    "holidays": holidays.letter,
    "session_which": to_staff.session_which,
    "session_when": to_staff.session_when,
    "clients": to_staff.clients,
    "overview": to_staff.overview,
    "goal_proposed": about_goals.goal_news,
    "goal_settled": about_goals.goal_news,
    "goal_ended": about_goals.goal_news,
    "goal_suggested": about_goals.goal_suggested,
    "goals_of": about_goals.goals_of,
    "goals_which": about_goals.goals_which,
    "end_ask": to_staff.end_ask,
    "end_which": to_staff.pick_client("end"),
    "export_which": to_staff.pick_client("export"),
    "export_csv": exports.csv_letter,
    "export_fhir": exports.fhir_letter,
    "questions_of": questions_of_clients.letter,
    "ask_now": questions_of_clients.pick_letter,
    "remind_which": to_staff.pick_client("remind"),
    "client_which": to_staff.pick_client("client"),
    "own_view": to_staff.own_view,
    "notice_ask": to_staff.notice_ask,
    "weekly": of_digests.weekly,
    "weekly_picture": of_digests.weekly_picture,
    "digest": of_digests.digest,
    "digest_picture": of_digests.picture,
    "you_leave": people.you_leave,
    "you_stay": people.you_stay,
    "client_chose": transfers.client_chose,
}
"""What therapists are sent, as long as they are. What comes unasked keeps their own quiet hours."""

RENDERERS: Renderers = {**TO_CLIENTS, **TO_ADMINS, **TO_THERAPISTS}
