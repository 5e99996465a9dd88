"""The texts of the attachment reflection: from the mapping in the library's file to a frozen value, or every fault."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from conversations.attachment import Lean
from conversations.reflection import STORIES

Text = Annotated[dict[str, Annotated[str, Field(min_length=1, max_length=600)]], Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StoryTexts(_Part):
    """One story: what the client reads, the lean in the client's words, its face and hint for therapists."""

    id: Literal["steady", "closeness", "space", "push_pull"]
    text: Text
    lean: Text
    face: Text
    hint: Text


class _Mixed(_Part):
    hint: Text


class ReflectionTexts(_Part):
    """Everything people read in a reflection, besides buttons and refusals. Each text is language code -> words."""

    name: str
    number: Annotated[int, Field(ge=1)]
    licence: str
    source: str
    languages: Annotated[list[str], Field(min_length=1)]
    draft_languages: list[str] = []
    intro: Text
    low_anchor: Text
    high_anchor: Text
    stories: Annotated[list[StoryTexts], Field(min_length=4, max_length=4)]
    mixed: _Mixed
    ask: Text
    footer: Text

    @model_validator(mode="after")
    def _whole(self) -> "ReflectionTexts":
        if {story.id for story in self.stories} != set(STORIES):
            raise ValueError(f"stories: each of {', '.join(STORIES)} must be there once")
        missing = [f"{place}: there is no text in {code}" for place, code in self._gaps()]
        if missing:
            raise ValueError("; ".join(missing))
        return self

    def _gaps(self) -> Iterator[tuple[str, str]]:
        for place, text in self.texts():
            yield from ((place, code) for code in self.languages if code not in text)

    def texts(self) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Give every text with its place."""
        for name in ("intro", "low_anchor", "high_anchor", "ask", "footer"):
            yield name, getattr(self, name)
        yield "mixed.hint", self.mixed.hint
        for story in self.stories:
            for name in ("text", "lean", "face", "hint"):
                yield f"{story.id}.{name}", getattr(story, name)

    def story(self, number: str) -> StoryTexts:
        """Give the texts of a story by its id."""
        return next(story for story in self.stories if story.id == number)

    def hint(self, lean: Lean) -> Mapping[str, str]:
        """Give what a therapist may adjust."""
        return self.mixed.hint if lean is Lean.MIXED else self.story(lean.value).hint


def read_reflection_texts(mapping: Mapping[str, Any]) -> ReflectionTexts:
    """Turn a parsed file into texts.

    Raises:
        pydantic.ValidationError: with every fault found.
    """
    return ReflectionTexts.model_validate(mapping)
