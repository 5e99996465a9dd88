"""Every command and every button, in one list, each with what it asks for. Nothing else leads to a handler."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.access import Action, may
from bot.awaited_texts import AwaitedText
from bot.telegram import (
    admin,
    care,
    changes,
    client,
    digests,
    editing,
    everyone,
    exports,
    feedback,
    feeds,
    goals,
    goals_of_clients,
    holidays,
    mornings,
    past_score_views,
    past_scores,
    pauses,
    people,
    people_views,
    practice,
    practice_views,
    previews,
    question_views,
    questions,
    questions_of_clients,
    reflection,
    reflection_views,
    series,
    sessions,
    settings,
    therapist,
    transfers,
    two_sided,
    uploads,
    whom,
    whom_views,
)
from bot.telegram.asked import Asked
from bot.telegram.incoming import Pressed, Wrote
from bot.telegram.menus import COMMANDS

Handler = Callable[[Asked, list[str]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Route:
    """A handler and the action it needs."""

    action: Action
    handler: Handler


_COMMAND_HANDLERS: dict[str, Handler] = {
    "start": everyone.start,
    "help": everyone.show_help,
    "privacy": everyone.privacy,
    "settings": settings.settings,
    "language": everyone.language,
    "crisis": everyone.crisis,
    "cancel": client.cancel,
    "checkin": client.checkin,
    "stop": client.stop,
    "pause": pauses.pause,
    "resume": pauses.resume,
    "invite": therapist.invite,
    "clients": therapist.clients,
    "client": therapist.client,
    "digest": digests.digest,
    "remind": care.remind,
    "end": care.end,
    "export": exports.export,
    "progress": client.progress,
    "goals": goals.goals,
    "reflection": reflection.command,
    "session": therapist.session,
    "sessions": sessions.sessions,
    "holidays": holidays.holidays,
    "calendar": feeds.calendar,
    "invite_therapist": admin.invite_therapist,
    "questions": questions.questions,
    "audit": changes.changes,
    "practice": practice.practice,
    "people": people.people,
    "status": admin.status,
}

COMMAND_ROUTES: dict[str, Route] = {name: Route(action, _COMMAND_HANDLERS[name]) for name, action in COMMANDS.items()}

BUTTON_ROUTES: dict[str, Route] = {
    practice_views.VERB: Route(Action.SET_PRACTICE, practice.press),
    people_views.VERB: Route(Action.CHANGE_PEOPLE, people.press),
    transfers.VERB: Route(Action.CHOOSE_THERAPIST, transfers.press),
    "cset": Route(Action.SET_AS_CLIENT, settings.as_client),
    "tset": Route(Action.SET_AS_THERAPIST, settings.as_therapist),
    "lang": Route(Action.SET_LANGUAGE, everyone.choose_language),
    "therapist": Route(Action.BECOME_THERAPIST, everyone.become_therapist),
    "agree": Route(Action.ENROL, client.agree),
    "decline": Route(Action.ENROL, client.decline),
    "more": Route(Action.ENROL, client.read_more),
    "enrol": Route(Action.SET_ZONE, client.enrol),
    "speak": Route(Action.SET_LANGUAGE, client.choose_language),
    "zone": Route(Action.SET_ZONE, client.choose_zone),
    "note": Route(Action.ANSWER, client.add_to_note),
    "ignore": Route(Action.ANSWER, client.ignore),
    "stop": Route(Action.STOP, client.stop_answer),
    "pause": Route(Action.PAUSE, pauses.button),
    "remind": Route(Action.REMIND_CLIENT, care.remind_button),
    "end": Route(Action.END_CARE, care.end_button),
    "export": Route(Action.EXPORT_ANSWERS, exports.button),
    past_score_views.VERB: Route(Action.IMPORT_SCORES, past_scores.press),
    "own": Route(Action.RATE_OWN_VIEW, two_sided.own),
    "joined": Route(Action.SEE_CLIENTS, therapist.joined),
    "client": Route(Action.SEE_CLIENTS, therapist.client_button),
    "notice": Route(Action.CHOOSE_NOTICE, therapist.choose_notice),
    "s": Route(Action.ENTER_SESSION, therapist.session_button),
    "undo": Route(Action.ENTER_SESSION, therapist.undo),
    "ses": Route(Action.ENTER_SESSION, sessions.button),
    "unseries": Route(Action.ENTER_SESSION, series.undo),
    "unrest": Route(Action.ENTER_SESSION, series.move_back),
    "weeklater": Route(Action.ENTER_SESSION, series.week_later),
    "holidays": Route(Action.ENTER_SESSION, holidays.show),
    "offdrop": Route(Action.ENTER_SESSION, holidays.drop),
    "morning": Route(Action.ENTER_SESSION, mornings.back_to_list),
    "off": Route(Action.ENTER_SESSION, mornings.did_not_happen),
    "held": Route(Action.ENTER_SESSION, mornings.happened),
    "moved": Route(Action.ENTER_SESSION, mornings.moved),
    "cal": Route(Action.ENTER_SESSION, feeds.pressed),
    "open": Route(Action.SEE_CLIENTS, feedback.open_summary),
    "note_text": Route(Action.SEE_CLIENTS, feedback.open_note),
    "talked": Route(Action.SEE_CLIENTS, feedback.talked),
    "untalked": Route(Action.SEE_CLIENTS, feedback.untalked),
    "agenda": Route(Action.SEE_CLIENTS, feedback.open_agenda),
    "before": Route(Action.SEE_CLIENTS, feedback.before_session),
    "glance": Route(Action.SEE_CLIENTS, feedback.glance),
    "digest": Route(Action.SEE_CLIENTS, digests.turn),
    "digest_open": Route(Action.SEE_CLIENTS, digests.open_digest),
    reflection_views.VERB: Route(Action.ANSWER, reflection.press),
    "reflected": Route(Action.SEE_CLIENTS, reflection.open_shared),
    "heard": Route(Action.ANSWER, feedback.heard),
    question_views.VERB: Route(Action.CONFIGURE_QUESTIONS, questions.press),
    question_views.EDIT: Route(Action.CONFIGURE_QUESTIONS, editing.press),
    question_views.PREVIEW: Route(Action.CONFIGURE_QUESTIONS, previews.press_preview),
    "goals": Route(Action.ANSWER, goals.card),
    "word": Route(Action.ANSWER, goals.word),
    "goal": Route(Action.ANSWER, goals.goal),
    whom_views.OF_CLIENT: Route(Action.ASSIGN_TO_CLIENT, questions_of_clients.questions_of),
    whom_views.ASK_NOW: Route(Action.ASK_NOW, questions_of_clients.ask_now),
    "goals_of": Route(Action.SEE_CLIENTS, goals_of_clients.goals_of),
    "goal_of": Route(Action.SEE_CLIENTS, goals_of_clients.goal_of),
}


@dataclass(frozen=True, slots=True)
class TextRoute:
    """Who takes the text that a person was asked for, and the action it needs."""

    action: Action
    take: Callable[[Asked, AwaitedText, str], Awaitable[None]]


TEXT_ROUTES: dict[str, TextRoute] = {
    questions.READER: TextRoute(Action.CONFIGURE_QUESTIONS, questions.take_reader),
    editing.WORDS: TextRoute(Action.CONFIGURE_QUESTIONS, editing.take_words),
    whom.CODE: TextRoute(Action.CONFIGURE_QUESTIONS, whom.take_code),
    previews.TYPED: TextRoute(Action.CONFIGURE_QUESTIONS, previews.take_typed),
    practice.NAME: TextRoute(Action.SET_PRACTICE, practice.take_name),
    practice.CARD: TextRoute(Action.SET_PRACTICE, practice.take_part),
    goals.NEW: TextRoute(Action.ANSWER, goals.take_words),
    goals.LAST_WORD: TextRoute(Action.ANSWER, goals.take_last_word),
    goals_of_clients.SUGGESTION: TextRoute(Action.SEE_CLIENTS, goals_of_clients.take_suggestion),
}
"""Every text a person can be asked for outside a check-in, by its kind."""


async def wrote(asked: Asked, update: Wrote) -> None:
    """Handle a message in a private chat."""
    if update.document is not None and not asked.who.is_stranger:
        await uploads.receive(asked, update, update.document)
    elif update.text is None:
        _without_words(asked)
    elif update.text.startswith("/"):
        await _command(asked, update.text)
    elif asked.who.is_stranger:
        asked.tell(everyone.unknown(asked))
    else:
        await _words(asked, update.text)


async def _words(asked: Asked, text: str) -> None:
    """Give a text to the one question that is open: a check-in that is being answered comes first."""
    awaited = await asked.cases.awaited_texts.open(asked.tx, asked.person, asked.now)
    route = TEXT_ROUTES.get(awaited.kind) if awaited is not None else None
    if awaited is None or route is None or not may(asked.person, route.action) or await client.is_busy(asked):
        await client.text(asked, text)
    else:
        await route.take(asked, awaited, text)


def _without_words(asked: Asked) -> None:
    if asked.who.is_stranger:
        asked.tell(everyone.unknown(asked))
    else:
        uploads.without_words(asked)


async def _command(asked: Asked, text: str) -> None:
    """Run a command for who may; unknown ones and forbidden ones get the same answer."""
    first, *words = text[1:].split() or [""]
    route = COMMAND_ROUTES.get(first.split("@")[0].lower())
    if route is not None and may(asked.who.person, route.action):
        await route.handler(asked, words)
    else:
        asked.tell(everyone.unknown(asked) if asked.who.is_stranger else "refusal.not_allowed")


async def pressed(asked: Asked, update: Pressed) -> None:
    """Handle a press on a button that is not a check-in's own; those go by the batch (intake)."""
    verb, *parts = update.data.split(":")
    route = BUTTON_ROUTES.get(verb)
    if route is None:
        asked.toast(asked.say("refusal.unknown_button"))
    elif not may(asked.who.person, route.action):
        asked.toast(asked.say("refusal.not_allowed"))
    else:
        await route.handler(asked, parts)
