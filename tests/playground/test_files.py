import struct
import zlib

import aiohttp
import pytest

from bot.playground.phones import Phone, Telegram
from tests.playground.conftest import Bot


def png(width: int, height: int) -> bytes:
    """Return a black picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\0" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


async def send(bot: Bot, method: str, files: dict[str, tuple[str, bytes]], **params: str) -> dict[str, object]:
    form = aiohttp.FormData(params)
    for field, (name, content) in files.items():
        form.add_field(field, content, filename=name)
    async with bot.session.post(f"{bot.url}/bot4242:made-up/{method}", data=form) as answer:
        return dict(await answer.json())


async def test_a_person_sends_a_file_and_the_bot_downloads_it(telegram: Telegram, bot: Bot, kim: Phone) -> None:
    await kim.upload("questions.yaml", b"id: x\r\n\r\n--y", mime_type="application/yaml", caption="here")
    message = (await bot.updates())[-1]["message"]
    assert message["document"]["file_name"] == "questions.yaml"
    assert message["caption"] == "here"
    file = await bot.do("getFile", file_id=message["document"]["file_id"])
    async with bot.session.get(f"{telegram.url}/file/bot{telegram.token}/{file['file_path']}") as answer:
        assert await answer.read() == b"id: x\r\n\r\n--y"
    async with bot.session.get(f"{telegram.url}/file/bot4242:wrong/{file['file_path']}") as answer:
        assert answer.status == 401
    assert await bot.refused("getFile", file_id="nothing") == "Bad Request: invalid file_id"


async def test_the_bot_sends_a_picture_a_document_and_an_album(telegram: Telegram, bot: Bot, kim: Phone) -> None:
    picture = png(40, 30)
    sent = await send(
        bot, "sendPhoto", {"photo": ("chart.png", picture)}, chat_id="17", caption="<b>c</b>", parse_mode="HTML"
    )
    assert sent["result"]["photo"][-1]["width"] == 40  # type: ignore[index]
    assert sent["result"]["caption_entities"][0]["type"] == "bold"  # type: ignore[index]
    await send(bot, "sendDocument", {"document": ("data.csv", b"a,b")}, chat_id="17")
    media = '[{"type":"photo","media":"attach://one","caption":"c"},{"type":"photo","media":"attach://two"}]'
    album = await send(
        bot, "sendMediaGroup", {"one": ("1.png", picture), "two": ("2.png", picture)}, chat_id="17", media=media
    )
    assert len({message["media_group_id"] for message in album["result"]}) == 1  # type: ignore[attr-defined]
    _, shown, document, *_ = await kim.messages()
    assert await telegram.file(shown.file_id or "") == picture
    assert (document.file_name, await telegram.file(document.file_id or "")) == ("data.csv", b"a,b")
    again = await bot.do("sendDocument", chat_id=17, document=document.file_id)
    assert again["document"]["file_id"] == document.file_id


@pytest.mark.usefixtures("kim")
async def test_a_caption_and_a_picture_are_edited(bot: Bot) -> None:
    sent = await send(bot, "sendPhoto", {"photo": ("chart.png", png(40, 30))}, chat_id="17", caption="one")
    number = sent["result"]["message_id"]  # type: ignore[index]
    edited = await bot.do("editMessageCaption", chat_id=17, message_id=number, caption="two")
    assert edited["caption"] == "two"
    media = '{"type":"photo","media":"attach://new","caption":"three"}'
    replaced = await send(
        bot, "editMessageMedia", {"new": ("x.png", png(50, 30))}, chat_id="17", message_id=str(number), media=media
    )
    assert replaced["result"]["photo"][-1]["width"] == 50  # type: ignore[index]
    assert await bot.refused("editMessageText", chat_id=17, message_id=number, text="x") == (
        "Bad Request: there is no text in the message to edit"
    )


@pytest.mark.parametrize(
    ("method", "field", "content", "reason"),
    [
        ("sendPhoto", "photo", b"no picture", "IMAGE_PROCESS_FAILED"),
        ("sendPhoto", "photo", png(3000, 10), "PHOTO_INVALID_DIMENSIONS"),
        ("sendDocument", "document", b"", "file must be non-empty"),
        ("sendDocument", "paper", b"x", 'unknown field "paper" of sendDocument'),
    ],
)
@pytest.mark.usefixtures("kim")
async def test_a_file_telegram_would_not_take_is_refused(
    bot: Bot, method: str, field: str, content: bytes, reason: str
) -> None:
    answer = await send(bot, method, {field: ("name", content)}, chat_id="17")
    assert reason in str(answer["description"]) or (field == "paper" and not answer["ok"])


@pytest.mark.usefixtures("kim")
async def test_no_file_is_fetched_from_the_network(bot: Bot) -> None:
    assert await bot.refused("sendPhoto", chat_id=17, photo="https://e.org/x.png") == (
        "Bad Request: failed to get HTTP URL content"
    )
