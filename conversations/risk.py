"""Words that may point to danger. A word list, not a judgement: it misses much and also fires on harmless texts.

A hit shows the crisis card at once and asks the therapist to read or to call; nothing is promised to the client.
Texts are compared without case, accents and punctuation, so a list entry is written plainly.
"""

import unicodedata

_PHRASES: dict[str, tuple[str, ...]] = {
    "en": (
        "kill myself", "killing myself", "suicide", "suicidal", "end my life", "ending my life", "take my life",
        "want to die", "wanna die", "wish i was dead", "wish i were dead", "better off dead", "better off without me",
        "no reason to live", "dont want to live", "do not want to live", "dont want to be alive", "hurt myself",
        "harm myself", "self harm", "cut myself", "cutting myself", "overdose", "hang myself", "jump off",
        "kill him", "kill her", "kill them", "hits me", "beats me", "raped",
    ),
    "es": (
        "suicid", "matarme", "quitarme la vida", "quiero morir", "quiero morirme", "no quiero vivir",
        "acabar con mi vida", "hacerme dano", "cortarme", "sobredosis", "ahorcarme", "estar muert", "me pega",
        "me violo", "matarlo", "matarla",
    ),
    "de": (
        "suizid", "selbstmord", "umbringen", "bring mich um", "bringe mich um", "das leben nehmen", "will sterben",
        "moechte sterben", "mochte sterben", "nicht mehr leben", "lieber tot", "tot sein", "mich verletzen",
        "selbst verletz", "selbstverletz", "ritze mich", "mich ritzen", "ueberdosis", "uberdosis", "erhaengen",
        "erhangen", "schlagt mich", "schlaegt mich", "vergewaltigt",
    ),
}  # fmt: skip


def may_point_to_danger(text: str) -> bool:
    """Say whether a text holds one of the phrases, in any of the languages, whatever the client's setting."""
    plain = f" {_plain(text)}"
    return any(f" {phrase}" in plain for phrases in _PHRASES.values() for phrase in phrases)


def _plain(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold().replace("'", "").replace("\u2019", ""))
    kept = "".join(letter if letter.isalnum() else " " for letter in letters if not unicodedata.combining(letter))
    return " ".join(kept.split())
