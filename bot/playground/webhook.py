"""Delivery of updates to a webhook on this machine."""

import asyncio
import functools
from http import HTTPStatus
from urllib.parse import urlsplit

import aiohttp

from bot.playground.profile import LOOPBACK
from bot.playground.updates import Queued
from bot.playground.world import Webhook, World

FIRST_DELAY = 0.5  # seconds until the first retry; doubles up to MOST_DELAY
MOST_DELAY = 60.0


async def deliver(world: World) -> None:
    """Send updates to the webhook for as long as there is one: one at a time per chat, several chats at once."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
        busy: dict[int, asyncio.Task[None]] = {}
        while True:
            await world.updates.arrived.wait()
            world.updates.arrived.clear()
            world.updates.expire()
            for queued in list(world.updates.pending) if world.webhook.url else ():
                if queued.chat_id not in busy and len(busy) < world.webhook.most:
                    task = asyncio.create_task(_send(session, world, queued))
                    busy[queued.chat_id] = task
                    task.add_done_callback(functools.partial(_ended, world, busy, queued.chat_id))


def _ended(world: World, busy: dict[int, asyncio.Task[None]], chat_id: int, _: object) -> None:
    busy.pop(chat_id, None)
    world.updates.arrived.set()


async def _send(session: aiohttp.ClientSession, world: World, queued: Queued) -> None:
    """Send one update until it is taken, it is too old, or the webhook changes."""
    webhook = world.webhook
    delay = FIRST_DELAY
    while world.webhook is webhook and webhook.url and queued in world.updates.pending:
        error = await _post(session, webhook, queued.body)
        queued.fetched += 1
        world.updates.counts["delivered"] += 1
        if not error:
            if queued in world.updates.pending:
                world.updates.pending.remove(queued)
                world.updates.forget(queued)
            return
        webhook.error, webhook.error_date = error, int(world.now())
        await asyncio.sleep(delay)
        delay = min(delay * 2, MOST_DELAY)


async def _post(session: aiohttp.ClientSession, webhook: Webhook, body: bytes) -> str:
    """Return what went wrong, or "" if the bot took the update."""
    if urlsplit(webhook.url).hostname not in LOOPBACK:
        return "this local server delivers to its own machine only"
    headers = {"Content-Type": "application/json"}
    if webhook.secret:
        headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
    try:
        async with session.post(webhook.url, data=body, headers=headers) as answer:
            if answer.ok:
                return ""
            return f"Wrong response from the webhook: {answer.status} {HTTPStatus(answer.status).phrase}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return f"Connection failed: {type(error).__name__}"
