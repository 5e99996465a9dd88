"""The four ratings that flags, charts and misses are about."""

from conversations.model import QuestionSetVersion

CORE = ("bond", "goals", "tasks", "overall")
"""By question, in their order."""


def asks_core(version: QuestionSetVersion) -> bool:
    """Say whether a set asks all four."""
    return {question.id for question in version.questions}.issuperset(CORE)
