from typing import Any

import pytest

from bot.playground.entities import formatted
from bot.playground.refusals import Refusal
from tests.playground.conftest import Bot

SURROGATE = (
    "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units"
)


def html(text: str) -> tuple[str, list[dict[str, Any]]]:
    return formatted(text, "HTML", None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("ü<h1>x</h1>", 'Unsupported start tag "h1" at byte offset 2'),
        ("x <b", "Unclosed start tag at byte offset 2"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x"', "Unclosed start tag at byte offset 0"),
        ('<a ="x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("&#xDFDF;", SURROGATE),
    ],
)
def test_broken_markup_is_refused_with_the_words_of_telegram(text: str, reason: str) -> None:
    with pytest.raises(Refusal) as refusal:
        html(text)
    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}"


def test_entities_count_utf16_units_and_nest() -> None:
    assert html("😀<b>a<i>b</i></b>&amp;&lt;&gt;&quot;&#65;&nbsp;") == (
        '😀ab&<>"A&nbsp;',
        [{"type": "bold", "offset": 2, "length": 2}, {"type": "italic", "offset": 3, "length": 1}],
    )


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("<strong>x</strong>", {"type": "bold"}),
        ("<em>x</em>", {"type": "italic"}),
        ("<ins>x</ins>", {"type": "underline"}),
        ("<del>x</del>", {"type": "strikethrough"}),
        ('<span class="tg-spoiler">x</span>', {"type": "spoiler"}),
        ("<blockquote expandable>x</blockquote>", {"type": "expandable_blockquote"}),
        ("<code>x</code>", {"type": "code"}),
        ('<pre><code class="language-python">x</code></pre>', {"type": "pre", "language": "python"}),
        ('<a href="https://e.org/?a=1&amp;b=2">x</a>', {"type": "text_link", "url": "https://e.org/?a=1&b=2"}),
        ('<tg-emoji emoji-id="5">x</tg-emoji>', {"type": "custom_emoji", "custom_emoji_id": "5"}),
        (
            '<tg-time unix="17" format="wDT">x</tg-time>',
            {"type": "date_time", "unix_time": 17, "date_time_format": "wDT"},
        ),
    ],
)
def test_every_tag_becomes_its_entity(text: str, entity: dict[str, object]) -> None:
    assert html(text) == ("x", [{"offset": 0, "length": 1} | entity])


def test_white_space_around_a_text_is_cut_off_with_its_entities() -> None:
    assert html("  <b> a </b>\n") == ("a", [{"type": "bold", "offset": 0, "length": 1}])


def test_what_looks_like_a_link_a_command_or_an_address_is_recognised_but_not_inside_code() -> None:
    text, entities = html("1/4 /start https://e.org/x, @someone k@e.org #tag <code>https://no.org</code>")
    found = [(entity["type"], text[entity["offset"] : entity["offset"] + entity["length"]]) for entity in entities]
    assert found == [
        ("bot_command", "/start"), ("url", "https://e.org/x"), ("mention", "@someone"), ("email", "k@e.org"),
        ("hashtag", "#tag"), ("code", "https://no.org"),
    ]  # fmt: skip


@pytest.mark.usefixtures("kim")
async def test_the_server_refuses_broken_markup_in_a_message(bot: Bot) -> None:
    reason = await bot.refused("sendMessage", chat_id=17, text="1 < 2", parse_mode="HTML")
    assert reason == 'Bad Request: can\'t parse entities: Unsupported start tag "" at byte offset 2'
    assert (await bot.do("sendMessage", chat_id=17, text="1 < 2"))["text"] == "1 < 2"
