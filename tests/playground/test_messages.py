import pytest

from bot.playground.phones import Phone, Telegram
from tests.playground.conftest import Bot, button, keyboard

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)


async def test_a_sent_message_comes_back_complete(bot: Bot, kim: Phone) -> None:
    said = await kim.say("hello")
    markup = keyboard([button("Yes", "y")])
    message = await bot.do(
        "sendMessage", chat_id=17, text="<b>Hi</b> Kim", parse_mode="HTML", reply_markup=markup,
        reply_parameters={"message_id": said}, protect_content=True,
    )  # fmt: skip
    assert message["from"]["is_bot"] is True
    assert message["chat"] == {"id": 17, "first_name": "Kim", "type": "private"}
    assert message["text"] == "Hi Kim"
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 2}]
    assert message["reply_markup"] == markup
    assert message["reply_to_message"]["text"] == "hello"
    assert message["has_protected_content"] is True
    assert message["date"] > 0


async def test_a_press_carries_the_message_as_it_stands_now(bot: Bot, kim: Phone) -> None:
    said = await kim.say("hello")
    markup = keyboard([button("✅ Yes", "y")])
    sent = await bot.do("sendMessage", chat_id=17, text="?", reply_to_message_id=said)
    await bot.do("editMessageText", chat_id=17, message_id=sent["message_id"], text="Sure?", reply_markup=markup)
    query_id = await kim.press("Yes")
    query = (await bot.updates())[-1]["callback_query"]
    assert query["id"] == query_id
    assert query["data"] == "y"
    assert query["from"]["first_name"] == "Kim"
    assert query["chat_instance"]
    assert query["message"]["text"] == "Sure?"
    assert query["message"]["reply_markup"] == markup
    assert query["message"]["reply_to_message"]["text"] == "hello"


async def test_an_answer_to_a_press_shows_a_toast_once_and_in_time(telegram: Telegram, bot: Bot, kim: Phone) -> None:
    await bot.do("sendMessage", chat_id=17, text="?", reply_markup=keyboard([button("Yes", "y")]))
    query_id = await kim.press("Yes")
    assert await bot.do("answerCallbackQuery", callback_query_id=query_id, text="Done", show_alert=True) is True
    toast = await kim.wait_for_toast(query_id)
    assert (toast.text, toast.alert) == ("Done", True)
    late = await kim.press("Yes")
    await telegram.advance(200)
    for unanswerable in (late, "12345"):
        assert await bot.refused("answerCallbackQuery", callback_query_id=unanswerable) == (
            "Bad Request: query is too old and response timeout expired or query ID is invalid"
        )
    assert (await telegram.figures())["query_too_old"] == 2
    assert (await telegram.figures())["refused"] == 0


@pytest.mark.usefixtures("kim")
async def test_an_edit_that_changes_nothing_is_refused_and_counted_apart(telegram: Telegram, bot: Bot) -> None:
    sent = await bot.do("sendMessage", chat_id=17, text="same", reply_markup=keyboard([button("Yes", "y")]))
    same = {"chat_id": 17, "message_id": sent["message_id"], "text": "<b></b>same", "parse_mode": "HTML"}
    assert await bot.refused("editMessageText", **same, reply_markup=keyboard([button("Yes", "y")])) == NOT_MODIFIED
    changed = await bot.do("editMessageText", **same)
    assert "reply_markup" not in changed
    assert changed["edit_date"] >= changed["date"]
    assert await bot.refused("editMessageReplyMarkup", chat_id=17, message_id=sent["message_id"]) == NOT_MODIFIED
    figures = await telegram.figures()
    assert (figures["not_modified"], figures["refused"]) == (2, 0)


@pytest.mark.usefixtures("kim")
async def test_a_keyboard_is_edited_alone(bot: Bot) -> None:
    sent = await bot.do("sendMessage", chat_id=17, text="text")
    markup = keyboard([button("No", "n")])
    edited = await bot.do("editMessageReplyMarkup", chat_id=17, message_id=sent["message_id"], reply_markup=markup)
    assert (edited["text"], edited["reply_markup"]) == ("text", markup)


async def test_deleted_messages_are_gone(bot: Bot, kim: Phone) -> None:
    ids = [(await bot.do("sendMessage", chat_id=17, text=str(number)))["message_id"] for number in range(3)]
    await bot.do("deleteMessage", chat_id=17, message_id=ids[0])
    await bot.do("deleteMessages", chat_id=17, message_ids=[ids[1], 999])
    assert [message.text for message in await kim.messages()] == ["/start", "2"]
    assert await bot.refused("deleteMessage", chat_id=17, message_id=ids[0]) == (
        "Bad Request: message to delete not found"
    )
    assert await bot.refused("editMessageText", chat_id=17, message_id=ids[0], text="x") == (
        "Bad Request: message to edit not found"
    )


async def test_a_bot_deletes_what_a_person_wrote_but_only_for_two_days(
    telegram: Telegram, bot: Bot, kim: Phone
) -> None:
    young, old = await kim.say("young"), await kim.say("old")
    assert await bot.do("deleteMessage", chat_id=17, message_id=young) is True
    await telegram.advance(48 * 3600 + 5)
    assert await bot.refused("deleteMessage", chat_id=17, message_id=old) == (
        "Bad Request: message can't be deleted for everyone"
    )


async def test_a_person_who_never_wrote_cannot_be_written_to(telegram: Telegram, bot: Bot) -> None:
    shy = await telegram.person(18, "Shy")
    assert await bot.refused("sendMessage", chat_id=18, text="hi") == (
        "Forbidden: bot can't initiate conversation with a user"
    )
    assert await bot.refused("sendMessage", chat_id=99, text="hi") == "Bad Request: chat not found"
    assert (await telegram.figures())["refused"] == 2
    await shy.say("hi")
    assert (await bot.do("sendMessage", chat_id=18, text="hi"))["text"] == "hi"


async def test_blocking_is_told_and_refuses_every_send_until_unblocked(
    telegram: Telegram, bot: Bot, kim: Phone
) -> None:
    await kim.block()
    answer = await bot.call("sendMessage", chat_id=17, text="hi")
    assert (answer["error_code"], answer["description"]) == (403, "Forbidden: bot was blocked by the user")
    await kim.unblock()
    await bot.do("sendMessage", chat_id=17, text="hi")
    changes = [update["my_chat_member"] for update in await bot.updates()]
    assert [change["new_chat_member"]["status"] for change in changes] == ["kicked", "member"]
    figures = await telegram.figures()
    assert (figures["blocked"], figures["refused"]) == (1, 0)


async def test_a_deleted_account_refuses_every_send(bot: Bot, kim: Phone) -> None:
    await kim.deactivate()
    assert await bot.refused("sendMessage", chat_id=17, text="hi") == "Forbidden: user is deactivated"


async def test_a_wrong_token_is_unauthorized(telegram: Telegram, bot: Bot) -> None:
    async with bot.session.get(f"{telegram.url}/bot4242:wrong/getMe") as answer:
        assert answer.status == 401
        assert (await answer.json())["description"] == "Unauthorized"


async def test_the_bot_leaves_a_group_and_cannot_write_there_any_more(bot: Bot, kim: Phone) -> None:
    await kim.add_bot_to_group(-500, "Friends")
    added, service = await bot.updates()
    assert added["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert service["message"]["chat"]["type"] == "group"
    await kim.say("in the group", chat_id=-500)
    assert (await bot.updates())[-1]["message"]["chat"]["id"] == -500
    assert await bot.do("leaveChat", chat_id=-500) is True
    assert (await bot.refused("sendMessage", chat_id=-500, text="x")).startswith("Forbidden: bot is not a member")


async def test_a_deep_link_says_start_with_its_token(bot: Bot, kim: Phone) -> None:
    await kim.open("https://t.me/attune_bot?start=AbC-_9")
    message = (await bot.updates())[-1]["message"]
    assert message["text"] == "/start AbC-_9"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    with pytest.raises(AssertionError, match="64 characters"):
        await kim.open("https://t.me/attune_bot?start=" + "x" * 65)
    with pytest.raises(AssertionError, match="does not lead"):
        await kim.open("https://t.me/other_bot?start=x")


async def test_an_honest_person_presses_only_buttons_that_stand_there(bot: Bot, kim: Phone) -> None:
    sent = await bot.do("sendMessage", chat_id=17, text="?", reply_markup=keyboard([button("Yes", "y")]))
    with pytest.raises(AssertionError, match="no such button"):
        await kim.press_data(sent["message_id"], "forged", forged=False)
    with pytest.raises(AssertionError, match=r"no button \[No\].*\[Yes\]"):
        await kim.press("No")


@pytest.mark.usefixtures("kim")
async def test_a_forged_press_carries_any_data_on_any_message(telegram: Telegram, bot: Bot) -> None:
    sent = await bot.do("sendMessage", chat_id=17, text="for Kim", reply_markup=keyboard([button("Yes", "y")]))
    eve = await telegram.person(66, "Eve")
    await eve.press_data(sent["message_id"], "anything")
    query = (await bot.updates())[-1]["callback_query"]
    assert (query["from"]["id"], query["data"], query["message"]["text"]) == (66, "anything", "for Kim")


async def test_an_edited_message_of_a_person_is_an_update(bot: Bot, kim: Phone) -> None:
    said = await kim.say("frist")
    await kim.edit(said, "first")
    assert (await bot.updates())[-1]["edited_message"]["text"] == "first"


@pytest.mark.usefixtures("kim")
async def test_what_a_bot_says_about_itself_is_kept_by_scope_and_language(bot: Bot) -> None:
    english, german = ([{"command": "help", "description": text}] for text in ("Help", "Hilfe"))
    scope = {"type": "chat", "chat_id": 17}
    await bot.do("setMyCommands", commands=english)
    await bot.do("setMyCommands", commands=german, scope=scope, language_code="de")
    assert await bot.do("getMyCommands") == english
    assert await bot.do("getMyCommands", scope=scope, language_code="de") == german
    await bot.do("deleteMyCommands")
    assert await bot.do("getMyCommands") == []
    await bot.do("setMyName", name="Attune")
    await bot.do("setMyDescription", description="Asks", language_code="de")
    await bot.do("setMyShortDescription", short_description="Short")
    assert await bot.do("getMyDescription", language_code="de") == {"description": "Asks"}
    assert await bot.do("getMyShortDescription") == {"short_description": "Short"}
    assert await bot.do("setChatMenuButton", chat_id=17, menu_button={"type": "commands"}) is True
    assert (await bot.do("getChat", chat_id=17))["type"] == "private"
    assert await bot.do("sendChatAction", chat_id=17, action="typing") is True
    assert (await bot.do("getMe"))["username"] == "attune_bot"
