"""The state of the local server in one file, so that a restart keeps queue, chats and files."""

import base64
import json
from collections import Counter, deque
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.playground.chats import Chat
from bot.playground.files import File
from bot.playground.updates import Queued
from bot.playground.world import Query, Webhook, World


def save(world: World, path: Path) -> None:
    """Write everything but the token, the journal and the faults to `path`."""
    updates = world.updates
    saved = {
        "offset": world.offset,
        "last_message_id": world.last_message_id,
        "profile": world.profile,
        "webhook": asdict(world.webhook),
        "chats": [[c.about, c.person, c.closed, list(c.messages.values()), c.events] for c in world.chats.values()],
        "queries": {query_id: [query.chat_id, query.born] for query_id, query in world.queries.items()},
        "files": [[file_id, *_file(file)] for file_id, file in world.files.by_id.items()],
        "updates": [_queued(queued) for queued in updates.pending],
        "next_update_id": updates.next_id,
        "allowed_updates": updates.allowed,
        "counts": updates.counts,
    }
    new = path.with_suffix(".new")
    new.write_text(json.dumps(saved), encoding="utf-8")
    new.replace(path)


def restore(world: World, path: Path) -> None:
    """Read what `save` wrote."""
    saved: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    world.offset, world.last_message_id = saved["offset"], saved["last_message_id"]
    world.profile, world.webhook = saved["profile"], Webhook(**saved["webhook"])
    for about, person, closed, messages, events in saved["chats"]:
        world.chats[about["id"]] = chat = Chat(about, person, closed, events=events)
        for message in messages:
            chat.keep(message)
    world.queries.update({query_id: Query(*query) for query_id, query in saved["queries"].items()})
    for file_id, kind, name, about, path_, content in saved["files"]:
        file = File(kind, name, about, path_, base64.b64decode(content))
        world.files.by_id[file_id] = world.files.by_path[path_] = file
    updates = world.updates
    updates.pending = deque(Queued(**{**queued, "body": queued["body"].encode()}) for queued in saved["updates"])
    updates.next_id, updates.allowed = saved["next_update_id"], saved["allowed_updates"]
    updates.counts = Counter(saved["counts"])
    updates.pushed = bool(world.webhook.url)
    if updates.pushed:
        updates.arrived.set()


def _file(file: File) -> list[Any]:
    return [file.kind, file.name, file.about, file.path, base64.b64encode(file.content).decode()]


def _queued(queued: Queued) -> dict[str, Any]:
    return {**asdict(queued), "body": queued.body.decode()}
