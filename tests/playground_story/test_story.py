import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.playground.story_plan import CLIENTS, CODES, QUIET_HOURS, WEEKS, ZONE, Ending, Visit, first_monday
from bot.texts import speech
from tests.playground_story.conftest import Told

SAY = speech("en")
PROMPT = SAY.count("prompt.ready", 4, count=SAY("number.4"))
PROMPTS = (PROMPT, SAY.count("prompt.ready", 6, count=SAY("number.6")))
"""The second is the one that brings a goal."""
REMINDER = SAY("prompt.reminder")
MONDAY = first_monday(datetime.now(UTC).date())
MONDAYS = [MONDAY + timedelta(weeks=week) for week in range(1, WEEKS + 1)]
DIGESTS = ("<b>Your week, ", SAY("digest.ready"))
PEOPLE = ("admin", "therapist-1", "therapist-2", *CODES, "stranger")


def visits() -> Iterator[Visit]:
    for client in CLIENTS:
        yield from (visit for visit in client.visits if visit is not None)


def wall(entry: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(entry["time"], ZONE)


def entries(told: Told, key: str) -> list[dict[str, Any]]:
    """The journal of one person's chat: what they did, and what the bot sent."""
    number = told.played.people[key]
    return [e for e in told.played.journal if number in (e["params"].get("user_id"), e["params"].get("chat_id"))]


def notifies(entry: dict[str, Any]) -> bool:
    return entry["what"].startswith("send") and entry["params"].get("disable_notification") in (None, False)


def test_the_figures_are_those_the_plan_implies(told: Told) -> None:
    ends = Counter(visit.ending for visit in visits())
    sent = ends[Ending.SENT] + ends[Ending.PARTLY]
    figures = told.played.figures
    assert {name: figures[name] for name in ("sessions", "asked", "answered", "partial", "expired", "summaries")} == {
        "sessions": ends.total(),
        "asked": ends.total(),
        "answered": sent,
        "partial": ends[Ending.PARTLY] + ends[Ending.UNFINISHED],
        "expired": ends[Ending.SILENT] + ends[Ending.UNFINISHED],
        "summaries": sent + ends[Ending.UNFINISHED],
    }


def test_the_messages_counted_are_those_in_the_chats(told: Told) -> None:
    said = re.compile(r"^\d\d:\d\d  Attune(?: \(silent\))?(?:, in reply to: .*)?$", re.MULTILINE)
    assert told.played.figures["messages"] == sum(len(said.findall(told.chat(key))) for key in PEOPLE)


def test_figures_json_holds_these_figures_and_no_others(told: Told) -> None:
    figures = json.loads((told.directory / "figures.json").read_text(encoding="utf-8"))
    assert figures == told.played.figures
    assert list(figures) == [
        "sessions", "asked", "answered", "partial", "expired", "summaries", "digests", "messages", "requests_refused",
        "seconds",
    ]  # fmt: skip


def test_the_server_refused_nothing(told: Told) -> None:
    assert told.played.figures["requests_refused"] == 0


def test_the_story_takes_less_than_a_minute_on_a_machine_with_nothing_else_to_do(told: Told) -> None:
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert told.played.figures["seconds"] < 60 * busy


def test_it_leaves_every_chat_the_pictures_and_the_figures(told: Told) -> None:
    chats = {f"chat-{key}.txt" for key in PEOPLE}
    left = {path.name for path in told.directory.iterdir()}
    digests = {f"digest-{key}-{day}" for key in ("therapist-1", "therapist-2") for day in MONDAYS}
    texts = {f"{name}.txt" for name in digests}
    assert {name for name in left if not name.endswith(".png")} == chats | texts | {"figures.json"}
    named = {name for key in PEOPLE for name in re.findall(r"\(picture: (.+)\)", told.chat(key))}
    pictures = {path for path in told.directory.glob("*.png") if path.read_bytes().startswith(b"\x89PNG")}
    drawn = {path.name for path in pictures}
    assert named | {f"{name}.png" for name in digests} == drawn >= {"chat-admin-1.png", "chat-therapist-2-3.png"}


def test_each_monday_at_eight_both_therapists_get_one_digest(told: Told) -> None:
    for key in ("therapist-1", "therapist-2"):
        sent = [e for e in entries(told, key) if notifies(e) and str(e["params"].get("text", "")).startswith(DIGESTS)]
        assert [wall(e).strftime("%F %R") for e in sent] == [f"{day} 08:00" for day in MONDAYS]
    assert told.played.figures["digests"] == 2 * len(MONDAYS)


def test_the_falling_client_is_first_in_the_digest_of_the_week_it_shows_and_the_silent_one_is_named(
    told: Told,
) -> None:
    texts = [(told.directory / f"digest-therapist-1-{day}.txt").read_text(encoding="utf-8") for day in MONDAYS]
    first = [text.split(SAY("digest.attention.red"))[-1].split()[0] for text in texts]
    assert first[4:7] == ["K-03"] * 3
    assert all(SAY("digest.attention.red") not in text for text in (*texts[:4], texts[7])), "talked about by then"
    last = (told.directory / f"digest-therapist-2-{MONDAYS[-2]}.txt").read_text(encoding="utf-8")
    assert SAY("digest.silent", codes="K-05") in last
    assert all(SAY("summary.footer") in text for text in texts)


def test_it_tells_each_week_in_a_line(told: Told) -> None:
    weeks = [line for line in told.lines if line.startswith("Week ")]
    assert weeks[:2] == [f"Week {week} of 8: 6 sessions, 6 times asked, 6 answered." for week in (1, 2)]
    assert len(weeks) == 8


def test_dates_are_headings_and_times_are_those_of_the_practice(told: Told) -> None:
    chat = told.chat("K-03")
    assert chat.startswith(f"{MONDAY:%A} {MONDAY.day} {MONDAY:%B %Y}\n\n11:00  K-03\n")
    assert f"\nThursday {MONDAY.day + 3} January {MONDAY.year}\n\n08:00  Attune\n" in chat


def test_a_complete_check_in_takes_six_presses_and_no_typing(told: Told) -> None:
    mine = entries(told, "K-01")
    prompts = [at for at, entry in enumerate(mine) if entry["params"].get("text") == PROMPT]
    acts = [entry["what"] for entry in mine[prompts[0] : prompts[1]] if entry["kind"] == "act"]
    assert acts == ["press"] * 6


def test_falling_answers_reach_the_therapist_with_their_changes(told: Told) -> None:
    by_session = dict(re.findall(r"K-03, session of (.*)\n\s*\n\s*(Bond .*)\n", told.chat("therapist-1")))
    assert list(by_session.values()) == ["Bond 9"] * 4 + ["Bond 7 (-2)", "Bond 6 (-1)", "Bond 5 (-1)", "Bond 5"]


def test_each_prompt_comes_in_the_minute_it_is_due_and_never_at_night(told: Told) -> None:
    for client in CLIENTS:
        due = [client.prompt(MONDAY, week) for week in range(len(client.visits))]
        came = [wall(e) for e in entries(told, client.code) if notifies(e) and e["params"].get("text") in PROMPTS]
        assert [at.replace(second=0, microsecond=0) for at in came] == [at for at in due if at is not None]
        assert not any(QUIET_HOURS.contains(at.time()) for at in came)


def test_silence_is_met_with_one_reminder_a_week_and_none_of_it_at_night(told: Told) -> None:
    heard = [entry for entry in entries(told, "K-05") if notifies(entry)]
    assert [entry["params"]["text"] for entry in heard].count(REMINDER) == 5
    assert not any(QUIET_HOURS.contains(wall(entry).time()) for entry in heard)


def test_nobody_is_reminded_once_they_have_answered_a_question(told: Told) -> None:
    for code in CODES:
        answered = False
        for entry in entries(told, code):
            if notifies(entry) and entry["params"].get("text") in PROMPTS:
                answered = False
            answered |= entry["what"] == "press" and ":a:" in entry["params"]["data"]
            answered |= entry["what"] == "write" and entry["params"]["text"].isdecimal()
            assert not (answered and notifies(entry) and entry["params"].get("text") == REMINDER), code


def test_what_was_left_unfinished_reaches_the_therapist_as_unfinished(told: Told) -> None:
    assert told.chat("therapist-2").count(SAY("summary.unfinished")) == 1


def test_a_shared_note_reaches_the_therapist_in_its_time_and_a_private_one_never(told: Told) -> None:
    chat = told.chat("therapist-2")
    assert "I would like to talk about sleep first." in chat
    assert "the letter to my sister" in chat.partition("10:30  Attune\n")[2]
    assert "I nearly did not come today." not in chat


def test_a_goal_is_worded_agreed_rated_apart_and_reached(told: Told) -> None:
    client, therapist = told.chat("K-04"), told.chat("therapist-2")
    assert "K-04 would like to work towards: “Sleep through most nights”" in therapist
    assert "Your therapist suggests: “Sleep well on five nights out of seven”" in client
    assert "How far have you come with this goal?" in client
    assert "you see your agreement at 9, your client at 5." in therapist
    assert SAY("milestone.goal_moved") in client
    assert "K-04 has reached a goal: “Sleep well on five nights out of seven”" in therapist
    assert "GOAL_" not in therapist


def test_the_agenda_comes_half_an_hour_before_the_session_and_holds_what_was_shared_for_it(told: Told) -> None:
    since = told.chat("therapist-2").partition("\n10:30  Attune\n")[2]
    assert since.strip().startswith("There is something for the session with K-04 at 11:00.")
    opened = since.partition("For the session with K-04 at 11:00")[2]
    assert "K-04 wrote: Please ask about the letter to my sister." in opened


def test_a_reflection_is_told_in_words_to_the_therapist_it_is_shared_with_and_to_nobody_else(told: Told) -> None:
    assert "Your answers are a mix, as for most people." in told.chat("K-01")
    chat = told.chat("therapist-1")
    for words in (
        "K-01 has shared a reflection",
        "Ask what helps.",
        "A word beforehand when you are away.",
        "not on trials",
    ):
        assert chat.count(words) == 1
    assert "reflection" not in told.chat("therapist-2")


def test_what_was_talked_about_is_asked_of_the_client_reopened_by_not_yet_and_closed_by_yes(told: Told) -> None:
    client, therapist = told.chat("K-03"), told.chat("therapist-1")
    assert client.count(SAY("talked.ask")) == 2
    assert "K-03 presses [Not yet]" in client
    assert SAY("talked.reopened", code="K-03") in therapist
    assert "K-03 presses [Yes]" in client
