"""What a bot says about itself: commands, names, descriptions, the menu button, webhook settings."""

import json
from typing import Any
from urllib.parse import urlsplit

from bot.playground.chats import find
from bot.playground.refusals import bad
from bot.playground.sending import Params
from bot.playground.world import Webhook, World

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PORTS = {80, 88, 443, 8443}


def get_me(world: World, params: Params) -> dict[str, Any]:  # noqa: ARG001
    """Answer getMe."""
    return {
        **world.bot,
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def _scope(params: Params) -> str:
    scope = params.get("scope", {"type": "default"})
    return json.dumps([scope, params.get("language_code", "")], sort_keys=True)


def _known_scope(world: World, params: Params) -> None:
    chat_id = params.get("scope", {}).get("chat_id")
    if chat_id is not None:
        find(world.chats, chat_id)


def set_my_commands(world: World, params: Params) -> bool:
    """Answer setMyCommands."""
    _known_scope(world, params)
    world.profile.setdefault("commands", {})[_scope(params)] = params["commands"]
    return True


def get_my_commands(world: World, params: Params) -> list[Any]:
    """Answer getMyCommands."""
    commands: list[Any] = world.profile.get("commands", {}).get(_scope(params), [])
    return commands


def delete_my_commands(world: World, params: Params) -> bool:
    """Answer deleteMyCommands."""
    _known_scope(world, params)
    world.profile.get("commands", {}).pop(_scope(params), None)
    return True


def text_setter(key: str) -> Any:
    """Return the answer to setMyName and its kin."""

    def set_text(world: World, params: Params) -> bool:
        texts = world.profile.setdefault(key, {})
        texts[params.get("language_code", "")] = params.get(key, "")
        return True

    return set_text


def text_getter(key: str) -> Any:
    """Return the answer to getMyName and its kin."""

    def get_text(world: World, params: Params) -> dict[str, str]:
        texts = world.profile.get(key, {})
        default = world.bot["first_name"] if key == "name" else ""
        return {key: texts.get(params.get("language_code", "")) or texts.get("") or default}

    return get_text


def set_chat_menu_button(world: World, params: Params) -> bool:
    """Answer setChatMenuButton."""
    if "chat_id" in params:
        find(world.chats, params["chat_id"])
    button = params.get("menu_button", {"type": "default"})
    world.profile.setdefault("menu", {})[str(params.get("chat_id", ""))] = button
    return True


def get_chat_menu_button(world: World, params: Params) -> Any:
    """Answer getChatMenuButton."""
    return world.profile.get("menu", {}).get(str(params.get("chat_id", "")), {"type": "commands"})


def set_webhook(world: World, params: Params) -> bool:
    """Answer setWebhook; plain http is allowed to this machine only."""
    if params["url"]:
        _check_address(params["url"])
    world.webhook = Webhook(params["url"], params.get("secret_token", ""), params.get("max_connections", 40))
    if "allowed_updates" in params:
        world.updates.allowed = params["allowed_updates"]
    return _start_over(world, params)


def _start_over(world: World, params: Params) -> bool:
    if params.get("drop_pending_updates"):
        world.updates.pending.clear()
    world.updates.wake(news=False)
    world.updates.pushed = bool(world.webhook.url)
    world.updates.arrived.set()
    return True


def _check_address(url: str) -> None:
    address = urlsplit(url)
    if address.hostname in LOOPBACK and address.scheme == "http":
        return
    if address.scheme != "https":
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    if (address.port or 443) not in PORTS:
        raise bad("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def delete_webhook(world: World, params: Params) -> bool:
    """Answer deleteWebhook."""
    world.webhook = Webhook()
    return _start_over(world, params)


def get_webhook_info(world: World, params: Params) -> dict[str, Any]:  # noqa: ARG001
    """Answer getWebhookInfo."""
    webhook = world.webhook
    info: dict[str, Any] = {
        "url": webhook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
    }
    if webhook.url:
        info["max_connections"] = webhook.most
    if webhook.error:
        info |= {"last_error_date": webhook.error_date, "last_error_message": webhook.error}
    if world.updates.allowed:
        info["allowed_updates"] = world.updates.allowed
    return info
