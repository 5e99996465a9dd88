"""The control API of the local server, `/control/...`: what tests, benchmarks and the demo do to it."""

import asyncio
import base64
import random
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.playground import people
from bot.playground.chats import Chat
from bot.playground.faults import Fault
from bot.playground.fields import Upload
from bot.playground.refusals import Refusal, bad
from bot.playground.robots import Robots
from bot.playground.updates import Redelivery
from bot.playground.world import World

Body = dict[str, Any]


class Control:
    """The acts of the control API on one world; each takes the JSON body or query of its request."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.robots = Robots(world)

    def users(self, body: Body) -> Any:
        """Create one person, or several under `users`."""
        return [people.create(self.world, person) for person in body.get("users", [body])]

    def say(self, body: Body) -> Any:
        """Let a person write `text`, or a message with any `message` fields."""
        chat_id = body.get("chat_id")
        if "message" in body:
            return {"message_id": people.write(self.world, body["user_id"], body["message"], chat_id)}
        message_id = people.say(self.world, body["user_id"], body["text"], chat_id, body.get("reply_to_message_id"))
        return {"message_id": message_id}

    def edit(self, body: Body) -> Any:
        """Let a person edit an own message."""
        return {"message_id": people.edit(self.world, body["user_id"], body["message_id"], body["text"])}

    def press(self, body: Body) -> Any:
        """Let a person press a button."""
        query_id = people.press(
            self.world, body["user_id"], body["message_id"], body["data"],
            forged=body.get("forged", False), chat_id=body.get("chat_id"),
        )  # fmt: skip
        return {"query_id": query_id}

    def open_link(self, body: Body) -> Any:
        """Let a person open a deep link."""
        return {"message_id": people.open_link(self.world, body["user_id"], body["link"])}

    def upload(self, body: Body) -> Any:
        """Let a person send a file; `content` is base64."""
        file = Upload(
            body["name"], base64.b64decode(body["content"]), body.get("mime_type", "application/octet-stream")
        )
        kind, caption = body.get("kind", "document"), body.get("caption", "")
        return {"message_id": people.upload(self.world, body["user_id"], file, kind, caption)}

    def block(self, body: Body) -> Any:
        """Let a person block the bot."""
        people.block(self.world, body["user_id"])

    def unblock(self, body: Body) -> Any:
        """Let a person unblock the bot."""
        people.unblock(self.world, body["user_id"])

    def deactivate(self, body: Body) -> Any:
        """Delete a person's account."""
        people.deactivate(self.world, body["user_id"])

    def groups(self, body: Body) -> Any:
        """Let a person add the bot to a group."""
        people.add_to_group(self.world, body["user_id"], body["group_id"], body.get("title", "Group"))

    def clock(self, body: Body) -> Any:
        """Read the clock, `set` it (seconds since 1970) or `advance` it (seconds)."""
        if "set" in body:
            self.world.offset += body["set"] - self.world.now()
        self.world.offset += body.get("advance", 0)
        if body:
            self.world.updates.arrived.set()
        return {"now": self.world.now(), "offset": self.world.offset}

    def faults(self, body: Body) -> Any:
        """Order faults: `latency`, one fault, `redelivery`, or `clear`."""
        faults = self.world.faults
        if body.get("clear"):
            faults.waiting.clear()
            faults.latency.clear()
            self.world.updates.redelivery = None
        if "latency" in body:
            faults.latency[body.get("method", "*")] = float(body["latency"])
        if "redelivery" in body:
            self._redeliver(body["redelivery"])
        fault = {key: body[key] for key in ("times", "after", "status", "retry_after", "body", "drop") if key in body}
        if "status" in fault or "drop" in fault:
            faults.waiting.append(Fault(body.get("method", "*"), **fault))
        return {"waiting": [asdict(fault) for fault in faults.waiting], "latency": faults.latency}

    def _redeliver(self, mode: Body | None) -> None:
        seed = random.Random(mode.get("seed", 0)) if mode else random.Random()
        wanted = Redelivery(seed, mode.get("most", 4), mode.get("shuffle", True)) if mode else None
        self.world.updates.redelivery = wanted
        if wanted is None:
            self.world.updates.owed.clear()

    def updates(self, body: Body) -> Any:
        """Inject a raw update; without `update_id` it gets the next one unless `raw` is set."""
        update = body["update"]
        if isinstance(update, dict) and not body.get("raw"):
            update = {"update_id": self.world.updates.next_id, **update}
        return {"update_id": self.world.updates.put_raw(update, body.get("kind", "raw"))}

    def flood(self, body: Body) -> Any:
        """Switch flood control."""
        self.world.flood.on = bool(body["on"])

    def queue(self, body: Body) -> Any:  # noqa: ARG002
        """Count what the bot has not confirmed."""
        updates = self.world.updates
        return {"unconfirmed": len(updates.pending), "owed": len(updates.owed), **updates.counts}

    def figures(self, body: Body) -> Any:  # noqa: ARG002
        """Return all counts."""
        return {**self.world.journal.figures(), "updates": self.queue({}), "robots": self.robots.figures()}

    def journal(self, body: Body) -> Any:
        """Return the entries after number `since`."""
        return {"entries": self.world.journal.since(int(body.get("since", 0)))}

    def bot(self, body: Body) -> Any:  # noqa: ARG002
        """Return what the bot has said about itself."""
        return {"user": self.world.bot, **self.world.profile}

    def chat(self, body: Body) -> Any:
        """Return what a person sees: visible messages oldest first, toasts, everything that happened."""
        chat = self._chat(body)
        return {
            "events": len(chat.events),
            "chat": chat.about,
            "closed": chat.closed,
            "messages": [chat.messages[key] for key in sorted(chat.messages)],
            "toasts": [event for event in chat.events if event["kind"] == "toast"],
            **(self._past(chat) if body.get("history") else {}),
        }

    def _past(self, chat: Chat) -> Any:
        names = {file_id: file.name for file_id, file in self.world.files.by_id.items()}
        return {"history": chat.history(), "file_names": names}

    def _chat(self, body: Body) -> Chat:
        chat = self.world.chats.get(int(body["chat_id"]))
        if chat is None:
            raise bad(f"no chat {body['chat_id']} here")
        return chat

    async def wait(self, body: Body) -> Any:
        """Return when more than `after` events have happened in a chat, or after `timeout` seconds."""
        chat = self._chat(body)
        if len(chat.events) <= int(body.get("after", 0)):
            waiter = asyncio.get_running_loop().create_future()
            chat.waiters.append(waiter)
            await asyncio.wait([waiter], timeout=min(float(body.get("timeout", 10)), 60))
        return {"events": len(chat.events)}

    def start_robots(self, body: Body) -> Any:
        """Start robots."""
        self.robots.start(body)
        return self.robots.figures()

    async def robots_done(self, body: Body) -> Any:
        """Wait until all robots are finished, or `timeout` seconds."""
        await self.robots.wait(min(float(body.get("timeout", 60)), 600))
        return self.robots.figures()

    def robot_figures(self, body: Body) -> Any:  # noqa: ARG002
        """Return how far the robots are."""
        return self.robots.figures()

    def reset(self, body: Body) -> Any:
        """Forget everything but the token and the settings."""
        old = self.world
        old.updates.wake(news=False)
        if old.journal.file:
            old.journal.file.close()
        old.updates.arrived.set()
        old.clear(flood=body.get("flood", old.flood.on))
        self.robots = Robots(old)


def application(control: Control) -> Starlette:
    """Return the Starlette application of the control API."""

    def route(path: str, act: Callable[[Body], Any], *methods: str) -> Route:
        async def answer(request: Request) -> Response:
            raw = await request.body() if request.method == "POST" else b""
            body = await request.json() if raw else dict(request.query_params)
            try:
                result = act(body)
                result = await result if asyncio.iscoroutine(result) else result
            except Refusal as refusal:
                return JSONResponse({"error": refusal.description.removeprefix("Bad Request: ")}, refusal.code)
            except (KeyError, TypeError, ValueError) as error:
                return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)
            return JSONResponse({} if result is None else result)

        return Route(f"/control/{path}", answer, methods=methods or ["POST"])

    async def file(request: Request) -> Response:
        found = control.world.files.by_id.get(request.path_params["file_id"])
        if found is None:
            return JSONResponse({"error": "no such file"}, 404)
        return Response(found.content, media_type="application/octet-stream")

    return Starlette(routes=[
        route("users", control.users), route("say", control.say), route("edit", control.edit),
        route("press", control.press), route("open_link", control.open_link), route("upload", control.upload),
        route("block", control.block), route("unblock", control.unblock), route("deactivate", control.deactivate),
        route("groups", control.groups), route("clock", control.clock, "GET", "POST"),
        route("faults", control.faults, "GET", "POST"), route("updates", control.updates),
        route("flood", control.flood), route("queue", control.queue, "GET"),
        route("figures", control.figures, "GET"), route("journal", control.journal, "GET"),
        route("bot", control.bot, "GET"), route("chat", control.chat, "GET"), route("wait", control.wait, "GET"),
        route("robots", control.start_robots), route("robots", control.robot_figures, "GET"),
        route("robots/wait", control.robots_done, "GET"), route("reset", control.reset),
        Route("/control/files/{file_id}", file),
    ])  # fmt: skip
