"""Faults on request: slow answers, wrong answers, dropped connections."""

from dataclasses import dataclass, field
from typing import Any

from bot.playground.refusals import OTHER_POLLER

PROXY_404 = (
    b"<html>\r\n<head><title>404 Not Found</title></head>\r\n"
    b"<body>\r\n<center><h1>404 Not Found</h1></center>\r\n</body>\r\n</html>\r\n"
)
DESCRIPTIONS = {500: "Internal Server Error", 502: "Bad Gateway", 409: OTHER_POLLER}


@dataclass(slots=True)
class Fault:
    """What happens to the next calls of a method.

    Args:
        method: name of the method, or `*` for all.
        times: how many calls it hits; each hit counts down.
        after: how many calls pass unharmed before.
        status: the HTTP status to answer without doing anything; 404 answers HTML as a proxy does.
        retry_after: seconds, for 429.
        body: the JSON to answer instead of the usual one.
        drop: `before` closes the connection without doing anything, `after` does the work and then closes it.
    """

    method: str
    times: int = 1
    after: int = 0
    status: int | None = None
    retry_after: int = 1
    body: dict[str, Any] | None = None
    drop: str | None = None

    def answer(self) -> tuple[dict[str, Any] | bytes, int]:
        """Return the body (HTML as bytes) and the status of the wrong answer."""
        status = self.status or 500
        if self.body is not None:
            return self.body, status
        if status == 404:
            return PROXY_404, status
        answer: dict[str, Any] = {"ok": False, "error_code": status, "description": DESCRIPTIONS.get(status, "Fault")}
        if status == 429:
            answer["description"] = f"Too Many Requests: retry after {self.retry_after}"
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer, status


@dataclass(slots=True)
class Faults:
    """The faults ordered and not yet used up."""

    waiting: list[Fault] = field(default_factory=list)
    latency: dict[str, float] = field(default_factory=dict)  # method or * -> seconds

    def __bool__(self) -> bool:
        return bool(self.waiting or self.latency)

    def delay(self, method: str) -> float:
        """Return how many seconds an answer to this method takes longer."""
        return self.latency.get(method, self.latency.get("*", 0.0))

    def take(self, method: str) -> Fault | None:
        """Return the fault that hits this call, and count it down."""
        for fault in self.waiting:
            if fault.method not in (method, "*"):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.times -= 1
            if fault.times <= 0:
                self.waiting.remove(fault)
            return fault
        return None
