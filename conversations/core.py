"""The four ratings that flags, charts and misses are about."""

from conversations.model import Kind, Question, QuestionSetVersion

CORE = ("bond", "goals", "tasks", "overall")
"""By question, in their order."""
_SCALE = (Kind.RATING, 0, 10, 1)


def asks_core(version: QuestionSetVersion) -> bool:
    """Say whether a version asks all four, on the scale that the rules of the flags are about."""
    asked = {one.id: one for one in version.questions}
    return all(name in asked and scale_of(asked[name]) == _SCALE for name in CORE)


def scale_of(question: Question) -> tuple[Kind, int, int, int]:
    """Give kind, lowest, highest and step of what is answered."""
    return question.kind, question.minimum, question.maximum, question.step
