import json
import re
from pathlib import Path

import aiohttp

from bot.playground.process import running_server
from tests.playground.conftest import TOKEN, Bot, button, keyboard


async def test_a_restart_keeps_queue_chats_files_and_clock(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    async with running_server(TOKEN, state_path=state) as telegram, aiohttp.ClientSession() as session:
        bot = Bot(telegram.url, session)
        kim = await telegram.person(17, "Kim")
        await kim.upload("a.txt", b"content")
        await bot.do("sendMessage", chat_id=17, text="?", reply_markup=keyboard([button("Yes", "y")]))
        await telegram.advance(1000)
        query_id = await kim.press("Yes")
        before = await bot.updates()
    async with running_server(TOKEN, state_path=state) as telegram, aiohttp.ClientSession() as session:
        bot = Bot(telegram.url, session)
        assert await bot.updates() == before
        file = before[0]["message"]["document"]["file_id"]
        assert await telegram.file(file) == b"content"
        await bot.do("answerCallbackQuery", callback_query_id=query_id)
        await bot.do("editMessageText", chat_id=17, message_id=2, text="edited")
        assert (await telegram.get("clock"))["offset"] > 999
        answer = await bot.do("sendMessage", chat_id=17, text="next")
        assert answer["message_id"] == 3


async def test_the_journal_names_every_call_and_act_and_goes_to_a_file(tmp_path: Path) -> None:
    path = tmp_path / "journal.jsonl"
    async with running_server(TOKEN, journal_path=path) as telegram, aiohttp.ClientSession() as session:
        bot = Bot(telegram.url, session)
        kim = await telegram.person(17, "Kim")
        await kim.say("hello")
        sent = await bot.do("sendMessage", chat_id=17, text="hi")
        await bot.refused("sendMessage", chat_id=18, text="hi")
        entries = await telegram.journal()
        assert [(e["seq"], e["kind"], e["what"], e["ok"]) for e in entries] == [
            (1, "act", "write", True), (2, "call", "sendMessage", True), (3, "call", "sendMessage", False),
        ]  # fmt: skip
        assert entries[1]["message_id"] == sent["message_id"]
        assert entries[1]["params"] == {"chat_id": 17, "text": "hi"}
        assert entries[2]["error"] == "Bad Request: chat not found"
        assert await telegram.journal(since=2) == entries[2:]
        assert TOKEN not in repr(telegram)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines == entries
    assert not re.search(re.escape(TOKEN), path.read_text())
