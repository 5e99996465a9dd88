"""A FHIR R4 Questionnaire as the content of a question set file, with the origin of each part in the resource.

Groups are laid flat: what stands above questions goes before the text of each. What cannot be asked in a chat (dates,
files, quantities, answers from a server) is named. What the content then lacks is told by the check of every file.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from conversations.faults import Fault, Path, Places
from conversations.fhir import names
from conversations.fhir.conditions import condition_of
from conversations.fhir.texts import Texts, joined, texts_of
from conversations.question_files import Opened

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,31}")
_KINDS = {"boolean": "yes_no", "text": "text", "string": "text", "choice": "choice"} | {
    "integer": "number",
    "decimal": "number",
}
_OF_SET = ("source", "attribution", "has_risk_item", "languages", "draft_languages", "fallback", "schedule", "scales")
_OF_ITEM = ("label", "own_label", "skip_label", "subscale", "trigger", "needs", "next_step", "show_if")
_PLACES = {"note": "note", "talk": "talk"}


def is_questionnaire(content: Any) -> bool:
    """Say whether a mapping is meant as a FHIR resource."""
    return isinstance(content, Mapping) and "resourceType" in content


def opened_questionnaire(opened: Opened) -> Opened:
    """Turn a resource into the content of a question set file; its faults point into the resource."""
    reading = _Reading(opened.content)
    content = reading.content()
    places = Places(opened.places.values, opened.places.keys, reading.origins)
    found = [Fault(opened.places.of(path), sentence, ("fhir", *path)) for path, sentence in reading.faults]
    return Opened(content, places, (*opened.faults, *found))


class _Reading:
    """One resource being read."""

    def __init__(self, resource: Mapping[str, Any]) -> None:
        self.resource = resource
        self.origins: dict[Path, Path] = {}
        self.faults: list[tuple[Path, str]] = []
        given = resource.get("language")
        self.language: str = given if isinstance(given, str) else "en"
        self._seen: set[str] = {self.language}
        self._ids: dict[str, str] = {}
        self._kinds: dict[str, Mapping[str, Any]] = {}

    def content(self) -> dict[str, Any]:
        resource = self.resource
        if resource.get("resourceType") != "Questionnaire":
            self.faults.append((("resourceType",), "Of FHIR only a Questionnaire can be read."))
        if "modifierExtension" in resource:
            self.faults.append((("modifierExtension",), "What changes the meaning of a Questionnaire cannot be read."))
        content = self._head()
        content |= self._questions()
        content |= self._extras(resource, (), _OF_SET, ())
        content.setdefault("languages", [self.language, *sorted(self._seen - {self.language})])
        if "source" not in content:
            content["source"] = self._source()
        return content

    def _head(self) -> dict[str, Any]:
        head: dict[str, Any] = {"name": self._name(), "number": self._number(), "licence": self._licence()}
        if title := self._texts(self.resource, "title", (), ("title",)):
            head["title"] = title
        return head

    def _name(self) -> Any:
        self.origins["name",] = key = ("name",) if "name" in self.resource else ("title",)
        return _identifier(self.resource.get(str(key[0])))

    def _number(self) -> int:
        self.origins["number",] = ("version",)
        found = re.search(r"[0-9]{1,6}", str(self.resource.get("version", "")))
        return max(1, int(found.group())) if found else 1

    def _licence(self) -> Any:
        self.origins["licence",] = ("copyright",)
        if "copyright" not in self.resource:
            self.faults.append(((), "copyright is missing: it says under which licence the questions may be used."))
        return _line(self.resource.get("copyright", "-"))

    def _source(self) -> Any:
        key = next((key for key in ("publisher", "url", "purpose") if key in self.resource), "")
        self.origins["source",] = (key,)
        if not key:
            self.faults.append(((), "publisher or url is missing: one of them says where the questions come from."))
        return _line(self.resource.get(key, "-"))

    def _extras(self, element: Any, path: Path, keys: tuple[str, ...], target: Path) -> dict[str, Any]:
        found = {}
        for url, one, place in names.extensions(element, path):
            key = url.removeprefix(names.OURS)
            if url.startswith(names.OURS) and key in keys:
                found[key] = names.plain(one, place, self.origins, (*target, key))
        return found

    # ---- items ----

    def _questions(self) -> dict[str, Any]:
        found: dict[str, Any] = {"questions": []}
        for item, path, above in self._flat(self.resource.get("item"), ("item",), {}):
            role = names.value_in(item, f"{names.OURS}role")
            target: Path = (role,) if role in _PLACES else ("questions", len(found["questions"]))
            if role == "follow_up":
                target = ("follow_ups", len(found.setdefault("follow_ups", [])))
            question = self._question(item, path, target, above)
            if role in _PLACES:
                found[role] = question
            else:
                found[str(target[0])].append(question)
        return found

    def _flat(self, items: Any, path: Path, above: Texts) -> Iterator[tuple[Mapping[str, Any], Path, Texts]]:
        """List the questions, each with the texts that stand above it."""
        said: Texts = {}
        for number, item in enumerate(items if isinstance(items, list) else ()):
            place = (*path, number)
            if not isinstance(item, Mapping):
                self.faults.append((place, "An item is made of keys and values."))
            elif item.get("type") == "group":
                both = joined(above, said, self.language)
                inner, said = joined(both, self._texts(item, "text", place, ()), self.language), {}
                yield from self._flat(item.get("item"), (*place, "item"), inner)
            elif item.get("type") == "display":
                said = joined(said, self._texts(item, "text", place, ()), self.language)
            elif item.get("readOnly") is not True:  # a total that the form adds up; we do that ourselves
                yield item, place, joined(above, said, self.language)
                said = {}

    def _texts(self, element: Any, key: str, path: Path, target: Path) -> Texts:
        texts, origins = texts_of(element, key, path, self.language)
        self._seen |= texts.keys()
        if target:
            self.origins[target] = (*path, key)
            self.origins |= {(*target, language): place for language, place in origins.items()}
        return texts

    def _question(self, item: Mapping[str, Any], path: Path, target: Path, above: Texts) -> dict[str, Any]:
        self.origins[target] = path
        question: dict[str, Any] = self._identity(item, path, target)
        self._kinds[str(item.get("linkId"))] = question
        question |= self._answer(item, path, target)
        question["text"] = joined(above, self._texts(item, "text", path, (*target, "text")), self.language)
        if item.get("required") is True:
            question["skippable"] = False
        if item.get("repeats") is True:
            question["several"] = True
            self.origins[*target, "several"] = (*path, "repeats")
        if condition := self._condition(item, path, target):
            question["show_if"] = condition
        question |= self._inner(item.get("item"), (*path, "item"), target)
        return question | self._extras(item, path, _OF_ITEM, target)

    def _identity(self, item: Mapping[str, Any], path: Path, target: Path) -> dict[str, Any]:
        self.origins[*target, "id"] = self.origins[*target, "link_id"] = (*path, "linkId")
        link = item.get("linkId")
        ours = names.value_in(item, f"{names.OURS}id")
        name = ours if isinstance(ours, str) else _identifier(link)
        self._ids[str(link)] = str(name)
        return {"id": name} if name == link else {"id": name, "link_id": link}

    def _answer(self, item: Mapping[str, Any], path: Path, target: Path) -> dict[str, Any]:
        kind = _KINDS.get(str(item.get("type")))
        self.origins[*target, "kind"] = (*path, "type")
        if kind is None:
            self.faults.append(((*path, "type"), "This sort of answer cannot be given in a chat."))
            return {"kind": "text"}
        if "answerValueSet" in item:
            self.faults.append(((*path, "answerValueSet"), "Answers from a server cannot be used. List them here."))
            return {"kind": "text"}
        if kind == "number":
            return self._numeric(item, path, target)
        if "answerOption" in item and kind == "choice":
            return {"kind": kind, "options": self._options(item["answerOption"], (*path, "answerOption"), target)}
        return {"kind": kind}

    def _numeric(self, item: Mapping[str, Any], path: Path, target: Path) -> dict[str, Any]:
        found: dict[str, Any] = {"kind": "rating" if _has_control(item, "slider") else "number"}
        for key, url in (("minimum", names.MINIMUM), ("maximum", names.MAXIMUM), ("step", names.STEP)):
            if (value := names.value_in(item, url)) is not None:
                found[key] = int(value) if isinstance(value, float) and value.is_integer() else value
                self.origins[*target, key] = path
        if item.get("type") == "decimal":
            found["decimals"] = names.value_in(item, names.DECIMALS) or 2
        return found

    def _options(self, options: Any, path: Path, target: Path) -> list[dict[str, Any]]:
        found = []
        for number, option in enumerate(options if isinstance(options, list) else ()):
            place, goal = (*path, number), (*target, "options", number)
            self.origins[goal] = place
            found.append(self._option(option if isinstance(option, Mapping) else {}, place, goal))
        return found

    def _option(self, option: Mapping[str, Any], path: Path, target: Path) -> dict[str, Any]:
        coding = option.get("valueCoding")
        if not isinstance(coding, Mapping):
            value = next((option[key] for key in ("valueString", "valueInteger") if key in option), None)
            points = value if isinstance(value, int) else None
            return {"id": _code(value), "text": {self.language: str(value)}} | _with("points", points)
        texts = self._texts(coding, "display", (*path, "valueCoding"), (*target, "text"))
        self.origins[*target, "id"] = (*path, "valueCoding", "code")
        weights = (names.value_in(element, url) for element in (coding, option) for url in names.WEIGHTS)
        points = next((weight for weight in weights if weight is not None), None)
        return {"id": _code(coding.get("code")), "text": texts} | _with("points", points)

    def _inner(self, items: Any, path: Path, target: Path) -> dict[str, Any]:
        """Read what stands below a question: words for the ends of a scale, nothing else."""
        found = {}
        for number, item in enumerate(items if isinstance(items, list) else ()):
            place = (*path, number)
            ends = {"lower": "low_anchor", "upper": "high_anchor"}
            end = next((key for code, key in ends.items() if _has_control(item, code)), None)
            if end is None:
                self.faults.append(
                    (place, "Questions below a question cannot be read. Lay them flat, with enableWhen.")
                )
            else:
                found[end] = self._texts(item, "text", place, (*target, end))
        return found

    def _condition(self, item: Mapping[str, Any], path: Path, target: Path) -> dict[str, Any] | None:
        if "enableWhen" not in item:
            return None
        condition = condition_of(item, self._ids, self._kinds)
        self.origins[*target, "show_if"] = (*path, "enableWhen")
        self.origins[*target, "show_if", "question"] = (*path, "enableWhen", 0, "question")
        for key in ("all", "any"):
            for number in range(len(condition.get(key, ()))):
                place = (*path, "enableWhen", number)
                self.origins[*target, "show_if", key, number] = place
                self.origins[*target, "show_if", key, number, "question"] = (*place, "question")
        return condition


def _with(key: str, value: Any) -> dict[str, Any]:
    return {} if value is None else {key: value}


def _line(value: Any) -> Any:
    """FHIR allows paragraphs where we have one line."""
    return " ".join(value.split())[:300] if isinstance(value, str) else value


def _identifier(value: Any) -> Any:
    """Make an id out of what FHIR allows as one; what is one already stays."""
    if not isinstance(value, str) or _IDENTIFIER.fullmatch(value):
        return value
    name = re.sub(r"[^a-z0-9]+", "_", value.lower()).strip("_")
    return (name if name[:1].isalpha() else f"q_{name}")[:32] if name else value


def _code(value: Any) -> Any:
    text = str(value) if isinstance(value, int) else value
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text).strip("-_.")[:32] if isinstance(text, str) else text


def _has_control(item: Any, code: str) -> bool:
    concept = names.value_in(item, names.CONTROL)
    codings = concept.get("coding") if isinstance(concept, Mapping) else None
    found = codings if isinstance(codings, list) else []
    return any(isinstance(one, Mapping) and one.get("code") == code for one in found)
