"""The answers of the Bot API that are not "ok"."""

from typing import Any


class Refusal(Exception):
    """A request that Telegram would refuse.

    Args:
        code: the HTTP status, which is also `error_code` in the answer.
        description: the text of the answer, as Telegram words it.
        parameters: `ResponseParameters` of the Bot API, for example `{"retry_after": 3}` in seconds.
    """

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(reason: str) -> Refusal:
    """Return a 400, the answer to a request that is wrong in itself."""
    return Refusal(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refusal:
    """Return a 403, the answer to a bot that may not write to this chat."""
    return Refusal(403, f"Forbidden: {reason}")


NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"
STRANGER = "bot can't initiate conversation with a user"
LEFT_GROUP = "bot is not a member of the group chat"
