"""The form of a question set file: which keys there are, what may stand behind them, and what they mean.

From these classes come the check of an upload and the published schema (`attune questions schema`), so they say the
same. What needs a look at more than one part at a time is in `question_checks`.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from conversations.model import Kind
from conversations.scales import Direction, Method, Missing

BUTTON_LIMIT = 40
"""UTF-16 units of a button's label that a phone shows whole."""
TEXT_LIMIT, LINE_LIMIT = 1000, 300
"""Characters of a question, and of any text that is one line."""
QUESTIONS = 50
OPTIONS = 20
COMPARISONS = 30

Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
OptionId = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Line = Annotated[str, Field(min_length=1, max_length=LINE_LIMIT, pattern=r"^[^\n]*\S[^\n]*$")]
Text = Annotated[
    dict[Language, Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT, pattern=r"\S")]], Field(min_length=1)
]
ShortText = Annotated[dict[Language, Line], Field(min_length=1)]
Whole = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
Points = Annotated[float, Field(ge=-1_000_000, le=1_000_000)]


class Form(BaseModel):
    """A part of a file: no key but its own, and nothing is guessed from something else."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, populate_by_name=False)


# ---- conditions ----


class ComparisonForm(Form):
    """One comparison with the answer to an earlier question, or with the score of a scale."""

    question: Annotated[Identifier | None, Field(description="The id of an earlier question.")] = None
    scale: Annotated[Identifier | None, Field(description="The id of a scale made of earlier questions.")] = None
    is_: Annotated[bool | Points | Line | None, Field(alias="is", description="Exactly this answer.")] = None
    is_not: Annotated[bool | Points | Line | None, Field(description="Any other answer.")] = None
    at_least: Annotated[Points | None, Field(description="This or more.")] = None
    at_most: Annotated[Points | None, Field(description="This or less.")] = None
    above: Annotated[Points | None, Field(description="More than this.")] = None
    below: Annotated[Points | None, Field(description="Less than this.")] = None
    includes: Annotated[OptionId | None, Field(description="This option is among those chosen.")] = None
    answered: Annotated[bool | None, Field(description="Whether there is an answer at all.")] = None


class AllForm(Form):
    """Every one of these must hold."""

    all: Annotated[list["ConditionForm"], Field(min_length=1)]


class AnyForm(Form):
    """At least one of these must hold."""

    any: Annotated[list["ConditionForm"], Field(min_length=1)]


def _which(value: Any) -> str:
    if isinstance(value, AllForm) or (isinstance(value, dict) and "all" in value):
        return "<all>"
    return "<any>" if isinstance(value, AnyForm) or (isinstance(value, dict) and "any" in value) else "<comparison>"


ConditionForm = Annotated[
    Annotated[AllForm, Tag("<all>")]
    | Annotated[AnyForm, Tag("<any>")]
    | Annotated[ComparisonForm, Tag("<comparison>")],
    Discriminator(_which),
]

# ---- questions ----


class OptionForm(Form):
    """One answer of a choice."""

    id: Annotated[OptionId, Field(description="Stable over versions; the answer's name in exports.")]
    text: Annotated[ShortText, Field(description=f"The button, at most {BUTTON_LIMIT} characters.")]
    points: Annotated[Points | None, Field(description="What it counts in a scale.")] = None


class QuestionForm(Form):
    """One question."""

    id: Annotated[Identifier, Field(description="Stable over versions: trends join on it.")]
    kind: Annotated[Kind, Field(strict=False, description="What sort of answer it takes.")]
    text: Annotated[Text, Field(description="The question, per language.")]
    label: Annotated[ShortText, Field(description="Its short name for the therapist.")] = {}
    own_label: Annotated[ShortText, Field(description="Its short name for the client.")] = {}
    low_anchor: Annotated[ShortText, Field(description="What the lowest rating means.")] = {}
    high_anchor: Annotated[ShortText, Field(description="What the highest rating means.")] = {}
    minimum: Annotated[Whole | None, Field(description="Lowest rating (0 if left out) or number.")] = None
    maximum: Annotated[Whole | None, Field(description="Highest rating (10 if left out) or number.")] = None
    step: Annotated[int, Field(ge=1, le=100, description="From one rating to the next.")] = 1
    decimals: Annotated[int, Field(ge=0, le=3, description="Digits a number may have after its point.")] = 0
    options: Annotated[
        list[OptionForm], Field(min_length=2, max_length=OPTIONS, description="What a choice offers.")
    ] = []
    several: Annotated[bool, Field(description="Whether more than one option may be chosen.")] = False
    subscale: Annotated[Identifier | None, Field(description="The subscale it belongs to.")] = None
    skippable: Annotated[bool, Field(description="Whether the client may skip it.")] = True
    skip_label: Annotated[ShortText, Field(description="The button that skips it, where Skip would be too dry.")] = {}
    show_if: Annotated[ConditionForm | None, Field(description="When it is asked; always if left out.")] = None
    link_id: Annotated[Line | None, Field(description="Its linkId in FHIR, where that is not its id.")] = None


class NextStepForm(Form):
    """What a therapist might do about a low answer."""

    at_most: Whole
    text: Text


class FollowUpForm(QuestionForm):
    """A question of the pool: at most one comes after the others, unbidden where `trigger` holds, else in turn."""

    trigger: Annotated[ConditionForm | None, Field(description="When it comes unbidden.")] = None
    needs: Annotated[ConditionForm | None, Field(description="Without this it is not asked at all.")] = None
    next_step: NextStepForm | None = None


# ---- scales ----


class BandForm(Form):
    """A stretch of a scale, up to the next band."""

    from_: Annotated[Points, Field(alias="from", description="The lowest score in it.")]
    label: ShortText


class ThresholdForm(Form):
    """From where a score is flagged: one of the two."""

    at_least: Points | None = None
    at_most: Points | None = None


class MissingForm(Form):
    """What happens to a score when answers are missing."""

    allowed: Annotated[int, Field(ge=0, le=QUESTIONS, description="How many items may lack an answer.")]
    counts: Annotated[Missing, Field(strict=False, description="What they count as.")] = Missing.AS_THE_OTHERS


class ScaleForm(Form):
    """A scale or subscale."""

    id: Identifier
    label: ShortText = {}
    direction: Annotated[Direction, Field(strict=False)]
    method: Annotated[Method, Field(strict=False)] = Method.SUM
    items: Annotated[
        list[Identifier],
        Field(min_length=1, max_length=QUESTIONS, description="Questions or other scales; else those that name it."),
    ] = []
    reversed: Annotated[list[Identifier], Field(description="Items that count from the other end.")] = []
    missing: MissingForm | None = None
    bands: Annotated[list[BandForm], Field(max_length=20)] = []
    flag: ThresholdForm | None = None


# ---- the set ----


class ScheduleForm(Form):
    """When the set is asked."""

    ask: Literal["after_each_session", "before_each_session", "every_nth_session", "once", "at_start"]
    every: Annotated[int | None, Field(ge=2, le=52, description="For every_nth_session: which.")] = None


class QuestionSetForm(Form):
    """A question set for Attune."""

    name: Annotated[Identifier, Field(description="The same in every version of the set.")]
    number: Annotated[int, Field(ge=1, le=1_000_000, description="The version; a new one for every change.")]
    title: Annotated[ShortText, Field(description="What people call it.")] = {}
    licence: Annotated[Line, Field(description="Under which licence it may be used.")]
    source: Annotated[Line, Field(description="Where it comes from, and whether it is validated.")]
    attribution: Annotated[Line | None, Field(description="Whom the licence wants named.")] = None
    has_risk_item: Annotated[bool, Field(description="Whether it asks about danger to life.")] = False
    languages: Annotated[list[Language], Field(min_length=1, max_length=20, description="Each one complete.")]
    draft_languages: Annotated[list[Language], Field(description="Not yet read by a native speaker.")] = []
    fallback: Annotated[Language | None, Field(description="For people of other languages; else the first.")] = None
    schedule: ScheduleForm | None = None
    questions: Annotated[list[QuestionForm], Field(min_length=1, max_length=QUESTIONS)]
    follow_ups: Annotated[list[FollowUpForm], Field(max_length=QUESTIONS)] = []
    note: Annotated[QuestionForm | None, Field(description="Asked for in the review, in words.")] = None
    talk: Annotated[QuestionForm | None, Field(description="The wish to talk about it, in the review.")] = None
    scales: Annotated[list[ScaleForm], Field(max_length=QUESTIONS)] = []
