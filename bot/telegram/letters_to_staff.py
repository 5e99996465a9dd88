"""What therapists and admins are written, rendered from the database when it is sent."""

import io
from collections.abc import Awaitable, Callable

import segno

from bot.discussions import Discussion
from bot.outbox import Delivery, new
from bot.roster import Episode, Notice
from bot.telegram import agenda_views, entering_views, staff_views, two_sided_views
from bot.telegram.answer_views import answer_lines, title_of
from bot.telegram.buttons import Button, View, data, encode_id
from bot.telegram.lengths import CAPTION_UNITS, pages, units
from bot.telegram.letters import Asked, Letter, Rendered
from bot.telegram.pauses import news
from bot.telegram.pictures import trend_picture
from bot.telegram.silence_views import silence_view
from bot.two_sided import WHOLE
from conversations.enrolment import InviteKind
from conversations.flag import Level


async def own_view(asked: Asked) -> Rendered:
    """Ask for the therapist's own view; what should be read today says so, without content."""
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    view = await asked.cases.two_sided.find(asked.tx, asked.about)
    told = await asked.cases.reports.told(asked.tx, kept, asked.person.zone) if kept and view and view.holds else None
    if kept is None or view is None or told is None:
        return None
    page = two_sided_views.own_view(
        view, asked.cases.two_sided.questions(kept), told.summary, asked.person.zone, asked.say
    )
    return Letter(page, protect=True)


async def invite(asked: Asked) -> Rendered:
    """Send the link with its QR picture."""
    found = await asked.cases.roster.invite_and_token(asked.tx, asked.about)
    if found is None or found[0].revoked_at is not None:
        return None
    invite, token = found
    link = f"https://t.me/{asked.bot_name}?start={token}"
    if invite.kind is InviteKind.THERAPIST:
        text = asked.say("invite.therapist", name=invite.label, link=link)
    else:
        text = asked.say("invite.client", code=invite.label, link=link)
    return Letter(View(text), photo=_qr(link))


def _qr(link: str) -> bytes:
    picture = io.BytesIO()
    segno.make(link, error="m").save(picture, kind="png", scale=10, border=4)
    return picture.getvalue()


async def joined_client(asked: Asked) -> Rendered:
    """Tell the therapist who joined, with a way to correct it."""
    episode = await asked.cases.roster.episode(asked.tx, asked.about)
    if episode is None:
        return None
    number = encode_id(episode.id)
    right = Button(asked.say("button.joined.right"), data("joined", number, 1))
    wrong = Button(asked.say("button.joined.wrong"), data("joined", number, 0))
    text = asked.say("joined.client", code=episode.code)
    if (former := await asked.cases.transfers.was(asked.tx, episode.id)) is not None:
        name = asked.cases.roster.name(former) or asked.say("transfer.colleague")
        text = asked.say("joined.client.formerly", code=episode.code, name=name)
    return Letter(View(text, ((right, wrong),)))


async def joined_therapist(asked: Asked) -> Rendered:
    """Tell an admin that a therapist joined."""
    people = await asked.cases.roster.people(asked.tx, [asked.about])
    if asked.about not in people:
        return None
    return Letter(View(asked.say("joined.therapist", name=asked.cases.roster.name(people[asked.about]))))


def about_client(name: str) -> Callable[[Asked], Awaitable[Rendered]]:
    """Make a renderer for a sentence about one client, `about_id` being the episode."""

    async def renderer(asked: Asked) -> Rendered:
        episode = await asked.cases.roster.episode(asked.tx, asked.about)
        return None if episode is None else Letter(View(asked.say(name, code=episode.code)))

    return renderer


async def summary(asked: Asked) -> Rendered:
    """Show the summary with its chart, or only that there is one."""
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    told = await asked.cases.reports.told(asked.tx, kept, asked.person.zone) if kept else None
    if kept is None or told is None:
        return None
    stands = await asked.cases.discussions.stands(asked.tx, kept.check_in.id)
    whole = asked.person.notice == Notice.SUMMARY.value or asked.parcel.delivery.detail == WHOLE
    view = staff_views.told_view(kept, told, stands, asked.say, whole=whole)
    if not whole:
        return Letter(view, protect=True)
    if units(view.text) > CAPTION_UNITS:  # the picture, and what was shortened, come in messages of their own
        kind = "answers" if staff_views.is_shortened(told.summary, asked.say) else "chart"
        return Letter(view, protect=True, then=_after(asked, kind, kept.check_in.id))
    picture = await trend_picture(asked.cases.charts, told.trend, asked.say)
    return Letter(view, protect=True, photo=picture)


def _after(asked: Asked, kind: str, about_id: int, detail: str | None = None) -> Delivery:
    """Make what follows a letter, in its lane."""
    return new(asked.person.id, kind, asked.parcel.delivery.lane, asked.now, about_id=about_id, detail=detail)


async def answers(asked: Asked) -> Rendered:
    """Show in full what was too long for a summary, a page a message, and the chart after the last."""
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    told = await asked.cases.reports.told(asked.tx, kept, asked.person.zone) if kept else None
    every = list(pages(answer_lines(told.summary, asked.say))) if told else []
    page = int(asked.parcel.delivery.detail or 0)
    if told is None or page >= len(every):
        return None
    is_last = page + 1 == len(every)
    then = _after(asked, "chart", asked.about) if is_last else _after(asked, "answers", asked.about, str(page + 1))
    text = "\n".join([title_of(told.summary, asked.say), "", *every[page], "", f"<i>{asked.say('summary.footer')}</i>"])
    return Letter(View(text), protect=True, silent=True, then=then)


async def silence(asked: Asked) -> Rendered:
    """Tell of an unanswered check-in at once where it comes after something low or falling; the rest can wait."""
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    told = await asked.cases.reports.told(asked.tx, kept, asked.person.zone) if kept else None
    reading = told.summary.reading if told else None
    if kept is None or told is None or reading is None or reading.level is not Level.RED:
        return None
    whole = asked.person.notice == Notice.SUMMARY.value
    return Letter(silence_view(kept, told.summary, asked.say, whole=whole), protect=True)


async def reopened(asked: Asked) -> Rendered:
    """Tell the therapist that the client would still like to talk."""
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    episode = await asked.cases.roster.episode(asked.tx, kept.check_in.episode_id) if kept else None
    if kept is None or episode is None:
        return None
    rows = staff_views.loop_rows(kept.check_in.id, Discussion.OPEN, asked.say)
    return Letter(View(asked.say("talked.reopened", code=episode.code), rows), protect=True)


async def agenda(asked: Asked) -> Rendered:
    """Show what is worth a word in the session that is about to begin, or only that there is something."""
    found = await asked.cases.agendas.of(asked.tx, asked.person, asked.about, asked.now)
    rest = asked.parcel.delivery.detail
    if found is None:
        return None
    if rest is None and asked.person.notice == Notice.TELL.value:
        return Letter(agenda_views.told_view(found, asked.say, asked.person.zone), protect=True)
    page = int(rest or 0)
    every = agenda_views.agenda_pages(found, asked.say, asked.person.zone)
    if page >= len(every):
        return None
    then = _after(asked, "agenda", asked.about, str(page + 1)) if page + 1 < len(every) else None
    return Letter(every[page], protect=True, then=then)


async def chart(asked: Asked) -> Rendered:
    """Show the chart beside a summary that was opened."""
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    told = await asked.cases.reports.told(asked.tx, kept, asked.person.zone) if kept else None
    picture = await trend_picture(asked.cases.charts, told.trend, asked.say) if told else None
    if picture is None or told is None:
        return None
    return Letter(View(asked.say("chart.of", code=told.summary.code)), photo=picture, protect=True, silent=True)


async def overview(asked: Asked) -> Rendered:
    """Show one client at a glance, with the chart."""
    episode = await asked.cases.roster.episode(asked.tx, asked.about)
    if episode is None:
        return None
    found = await asked.cases.reports.overview(asked.tx, episode, asked.person.zone, asked.now)
    view = staff_views.overview_view(found, asked.person.zone, asked.say, await _pause(asked, episode))
    if units(view.text) > CAPTION_UNITS and found.last_id is not None:
        return Letter(view, protect=True, then=_after(asked, "chart", found.last_id))
    picture = await trend_picture(asked.cases.charts, found.trend, asked.say)
    return Letter(view, photo=picture, protect=True)


async def _pause(asked: Asked, episode: Episode) -> str:
    """Say that the client pauses, as their therapist was told when it began; nothing where they do not."""
    client = await asked.cases.pauses.client_of(asked.tx, episode.id)
    pause = client.paused(asked.now) if client else None
    return news(episode.code, client, pause, asked.say) if client and pause else ""


def pick_client(verb: str) -> Callable[[Asked], Awaitable[Rendered]]:
    """Make a renderer that offers the clients; `verb` is what a press asks for."""

    async def renderer(asked: Asked) -> Rendered:
        clients = await asked.cases.roster.clients(asked.tx, asked.person)
        return Letter(
            staff_views.pick_client_view(clients, asked.say, verb) if clients else View(asked.say("clients.none"))
        )

    return renderer


async def end_ask(asked: Asked) -> Rendered:
    """Ask once more before the care of a client ends."""
    episode = await asked.cases.roster.episode(asked.tx, asked.about)
    if episode is None or episode.ended_at is not None:
        return None
    return Letter(staff_views.end_view(episode, asked.say))


async def note(asked: Asked) -> Rendered:
    """Pass on a shared note as a reply to the summary; who only wants to be told reads it after a press."""
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    episode = await asked.cases.roster.episode(asked.tx, kept.check_in.episode_id) if kept else None
    if kept is None or kept.check_in.note is None or episode is None:
        return None
    if asked.person.notice == Notice.TELL.value and asked.parcel.delivery.detail != WHOLE:
        rows = staff_views.open_rows(kept.check_in.id, "note_text", asked.say)
        return Letter(View(asked.say("notice.note", code=episode.code), rows), protect=True)
    reply_to = await asked.cases.outbox.message_of(asked.tx, f"summary:{kept.check_in.id}")
    view = staff_views.note_view(episode.code, kept.check_in.note, asked.say)
    return Letter(view, protect=True, reply_to=reply_to)


async def risk(asked: Asked) -> Rendered:
    """Ask the therapist to contact the client, giving nothing away."""
    kept = await asked.cases.check_ins.get(asked.tx, asked.about, asked.now)
    episode = await asked.cases.roster.episode(asked.tx, kept.check_in.episode_id) if kept else None
    if episode is None:
        return None
    return Letter(View(asked.say(f"risk.{asked.parcel.delivery.detail}", code=episode.code)), protect=True)


async def session(asked: Asked) -> Rendered:
    """Say what was entered."""
    known = await asked.cases.sessions.known(asked.tx, asked.about, asked.now)
    return (
        None if known is None else Letter(entering_views.session_view(known, asked.person.zone, asked.say, asked.now))
    )


async def session_which(asked: Asked) -> Rendered:
    """Offer the clients."""
    clients = await asked.cases.roster.clients(asked.tx, asked.person)
    return Letter(staff_views.pick_client_view(clients, asked.say, "s") if clients else View(asked.say("clients.none")))


async def session_when(asked: Asked) -> Rendered:
    """Ask when the session of a client is."""
    episode = await asked.cases.roster.episode(asked.tx, asked.about)
    if episode is None or episode.ended_at is not None:
        return None
    return Letter(entering_views.pick_when_view(episode, asked.say))


async def clients(asked: Asked) -> Rendered:
    """List the clients."""
    return Letter(await staff_views.clients_view(asked.tx, asked.cases, asked.person, asked.say, asked.now))


async def notice_ask(asked: Asked) -> Rendered:
    """Ask a new therapist how to be told."""
    return Letter(staff_views.notice_view(asked.cases.roster.name(asked.person), asked.say))
