"""How it looks when a client has not answered after something low or falling: told at once, as all red is. Pure."""

from bot.check_ins import Kept
from bot.discussions import Discussion
from bot.reports import Summary
from bot.telegram.answer_views import title_of
from bot.telegram.buttons import View
from bot.telegram.staff_views import loop_rows, meaning, open_rows
from bot.texts import Speech


def silence_view(kept: Kept, summary: Summary, say: Speech, *, whole: bool) -> View:
    """Say what the silence means after what came before, or only that today would be good; never content then."""
    number = kept.check_in.id
    if not whole:
        return View(say("notice.silence", code=summary.code), open_rows(number, "open", say))
    lines = [
        title_of(summary, say),
        "",
        say("agenda.unanswered"),
        *meaning(summary.reading, say),
        "",
        f"<i>{say('summary.footer')}</i>",
    ]
    return View("\n".join(lines), loop_rows(number, Discussion.CONFIRMED, say))
