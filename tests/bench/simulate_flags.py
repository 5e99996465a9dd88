"""How often do the flags cry wolf, and how often do they see a fall? `python -m tests.bench.simulate_flags`

Two thirds of the answer cannot be had from real clients: nobody knows who was stable. So clients are made up. Each
has a level of their own, N(8.9, 0.8); a session moves all four items together (SD 0.5), each item wavers by itself
(SD 0.6); the ratings are rounded and cut to 0..10, which makes the ceiling that real ratings have. Half of the clients
stay where they are for ten sessions, the other half fall by two points at the sixth and stay down.

Beside the rules of `conversations.alliance` stands the one in common use with scales of four items: the total of 40 is
below 36, or a point below the last one. It sees nearly every fall because it nearly always says something.
"""

import argparse
import random
from collections.abc import Callable, Sequence
from typing import TextIO

from conversations.alliance import Flag, flags

CLIENTS = 3000
SESSIONS = 10
FALL_AT = 6
FALL = 2.0
LEVEL, LEVEL_SD, SESSION_SD, ITEM_SD = 8.9, 0.8, 0.5, 0.6

History = list[list[int]]
Rule = Callable[[History], list[bool]]
"""History of one client -> for each session, whether the rule speaks up."""


def client(rng: random.Random, fall: float = 0.0) -> History:
    """Return the ratings of one client, shape (sessions, 4)."""
    level = rng.gauss(LEVEL, LEVEL_SD)
    return [session(rng, level - (fall if number >= FALL_AT else 0)) for number in range(1, SESSIONS + 1)]


def session(rng: random.Random, level: float) -> list[int]:
    """Return four ratings around a level."""
    here = rng.gauss(level, SESSION_SD)
    return [min(10, max(0, round(rng.gauss(here, ITEM_SD)))) for _ in range(4)]


def says(*wanted: Flag) -> Rule:
    """Return the rule that speaks up where one of these flags is set."""
    return lambda history: [any(flag in found for flag in wanted) for found in flags(history)]


def common_rule(history: History) -> list[bool]:
    """Total of 40 below 36, or at least one point below the last total."""
    totals = [sum(ratings) for ratings in history]
    return [total < 36 or total <= before - 1 for before, total in zip([40, *totals], totals, strict=False)]


RULES: dict[str, Rule] = {
    "DROP": says(Flag.DROP),
    "DROP or DROP_PROVISIONAL": says(Flag.DROP, Flag.DROP_PROVISIONAL),
    "LOW": says(Flag.LOW),
    "TALK": says(Flag.TALK),
    "DECLINE": says(Flag.DECLINE),
    "DROP, LOW or DEEPER": says(Flag.DROP, Flag.LOW, Flag.DEEPER),
    "total < 36, or 1 under the last": common_rule,
}


def shares(rule: Rule, stable: Sequence[History], falling: Sequence[History]) -> list[float]:
    """Return the four figures of one rule, as shares of 1.

    Returns:
        Stable clients ever flagged; their sessions flagged; falls flagged at once; falls flagged at once or the
        session after.
    """
    calm, fell = [rule(history) for history in stable], [rule(history) for history in falling]
    return [
        sum(any(found) for found in calm) / len(calm),
        sum(sum(found) for found in calm) / (len(calm) * SESSIONS),
        sum(found[FALL_AT - 1] for found in fell) / len(fell),
        sum(any(found[FALL_AT - 1 : FALL_AT + 1]) for found in fell) / len(fell),
    ]


def main(out: TextIO | None = None) -> None:
    """Simulate, and print one line for each rule."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--clients", type=int, default=CLIENTS, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    rng = random.Random(chosen.seed)
    stable = [client(rng) for _ in range(chosen.clients)]
    falling = [client(rng, FALL) for _ in range(chosen.clients)]
    print(f"{chosen.clients} stable clients, {chosen.clients} who fall {FALL:g} at session {FALL_AT}; %", file=out)
    heads = ("ever", "sessions", f"caught at {FALL_AT}", f"at {FALL_AT}-{FALL_AT + 1}")
    print(f"{'rule':<34}" + "".join(f"{head:>13}" for head in heads), file=out)
    for name, rule in RULES.items():
        figures = shares(rule, stable, falling)
        print(f"{name:<34}" + "".join(f"{100 * figure:>13.1f}" for figure in figures), file=out)


if __name__ == "__main__":
    main()
