"""Who may do what: one table. Every handler is reached through it, whatever a menu shows or a button says."""

from enum import StrEnum

from bot.store.persons import Person


class Role(StrEnum):
    """What somebody is in this practice; one person may have several."""

    ADMIN = "admin"
    THERAPIST = "therapist"
    CLIENT = "client"
    STRANGER = "stranger"


class Action(StrEnum):
    """What can be asked for."""

    GREET = "greet"
    READ = "read"
    SET_LANGUAGE = "set_language"
    SET_ZONE = "set_zone"
    ANSWER = "answer"
    PAUSE = "pause"
    STOP = "stop"
    CHOOSE_THERAPIST = "choose_therapist"
    ENROL = "enrol"
    INVITE_CLIENT = "invite_client"
    SEE_CLIENTS = "see_clients"
    SEE_GOALS = "see_goals"
    EXPORT_ANSWERS = "export_answers"
    IMPORT_SCORES = "import_scores"
    ENTER_SESSION = "enter_session"
    CHOOSE_NOTICE = "choose_notice"
    REMIND_CLIENT = "remind_client"
    ASSIGN_TO_CLIENT = "assign_to_client"
    ASK_NOW = "ask_now"
    END_CARE = "end_care"
    RATE_OWN_VIEW = "rate_own_view"
    SEE_SETTINGS = "see_settings"
    SET_AS_CLIENT = "set_as_client"
    SET_AS_THERAPIST = "set_as_therapist"
    INVITE_THERAPIST = "invite_therapist"
    BECOME_THERAPIST = "become_therapist"
    CONFIGURE_QUESTIONS = "configure_questions"
    SET_PRACTICE = "set_practice"
    OVERSEE = "oversee"
    CHANGE_PEOPLE = "change_people"


_KNOWN = frozenset({Role.ADMIN, Role.THERAPIST, Role.CLIENT})

ALLOWED: dict[Action, frozenset[Role]] = {
    Action.GREET: _KNOWN | {Role.STRANGER},
    Action.ENROL: _KNOWN | {Role.STRANGER},
    Action.READ: _KNOWN,
    Action.SET_LANGUAGE: _KNOWN,
    Action.SET_ZONE: _KNOWN,
    Action.ANSWER: frozenset({Role.CLIENT}),
    Action.PAUSE: frozenset({Role.CLIENT}),
    Action.STOP: frozenset({Role.CLIENT}),
    Action.CHOOSE_THERAPIST: frozenset({Role.CLIENT}),
    Action.INVITE_CLIENT: frozenset({Role.THERAPIST}),
    Action.SEE_CLIENTS: frozenset({Role.THERAPIST}),
    Action.SEE_GOALS: frozenset({Role.CLIENT, Role.THERAPIST}),
    Action.EXPORT_ANSWERS: frozenset({Role.THERAPIST}),
    Action.IMPORT_SCORES: frozenset({Role.ADMIN, Role.THERAPIST}),
    Action.ENTER_SESSION: frozenset({Role.THERAPIST}),
    Action.CHOOSE_NOTICE: frozenset({Role.THERAPIST}),
    Action.REMIND_CLIENT: frozenset({Role.THERAPIST}),
    Action.ASSIGN_TO_CLIENT: frozenset({Role.THERAPIST}),
    Action.ASK_NOW: frozenset({Role.THERAPIST}),
    Action.END_CARE: frozenset({Role.THERAPIST}),
    Action.RATE_OWN_VIEW: frozenset({Role.THERAPIST}),
    Action.SEE_SETTINGS: frozenset({Role.CLIENT, Role.THERAPIST}),
    Action.SET_AS_CLIENT: frozenset({Role.CLIENT}),
    Action.SET_AS_THERAPIST: frozenset({Role.THERAPIST}),
    Action.INVITE_THERAPIST: frozenset({Role.ADMIN}),
    Action.BECOME_THERAPIST: frozenset({Role.ADMIN}),
    Action.CONFIGURE_QUESTIONS: frozenset({Role.ADMIN}),
    Action.SET_PRACTICE: frozenset({Role.ADMIN}),
    Action.OVERSEE: frozenset({Role.ADMIN}),
    Action.CHANGE_PEOPLE: frozenset({Role.ADMIN}),
}


def roles(person: Person | None) -> frozenset[Role]:
    """Name the roles somebody has now; nobody without a role is anything but a stranger."""
    if person is None or not person.is_known:
        return frozenset({Role.STRANGER})
    held = {Role.ADMIN: person.is_admin, Role.THERAPIST: person.is_therapist, Role.CLIENT: person.is_client}
    return frozenset(role for role, has in held.items() if has)


def may(person: Person | None, action: Action) -> bool:
    """Say whether somebody may do something."""
    return bool(roles(person) & ALLOWED[action])
