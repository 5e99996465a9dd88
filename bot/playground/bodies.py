"""The body of a Bot API request: query, JSON, form or multipart in, one dict of parameters out."""

import json
import re
from typing import Any
from urllib.parse import parse_qsl

from bot.playground.fields import Upload
from bot.playground.refusals import bad

NAME = re.compile(rb'\bname="([^"]*)"|\bname=([^";\s]+)')
FILE_NAME = re.compile(rb'\bfilename="([^"]*)"|\bfilename=([^";\s]+)')
BOUNDARY = re.compile(r'boundary="?([^";]+)"?')


def parameters(query: bytes, content_type: str, body: bytes) -> dict[str, Any]:
    """Read the parameters of one request.

    Args:
        query: the query string.
        content_type: the header of that name, or "".
        body: the whole body.

    Returns:
        JSON values as they are; strings and `Upload`s where the request is a form.
    """
    params: dict[str, Any] = dict(parse_qsl(query.decode(), keep_blank_values=True)) if query else {}
    if not body:
        return params
    if content_type.startswith("application/json"):
        params.update(_json(body))
    elif content_type.startswith("multipart/form-data"):
        params.update(_multipart(content_type, body))
    elif content_type.startswith("application/x-www-form-urlencoded"):
        params.update(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    return params


def _json(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body.decode())
    except ValueError:
        raise bad("can't parse request body as JSON") from None
    if not isinstance(value, dict):
        raise bad("request body must be a JSON object")
    return value


def _multipart(content_type: str, body: bytes) -> dict[str, Any]:
    found = BOUNDARY.search(content_type)
    if found is None:
        raise bad("boundary of the multipart form is missing")
    params: dict[str, Any] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + found[1].encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        name = NAME.search(head)
        if name is None:
            raise bad("a part of the multipart form has no name")
        file_name = FILE_NAME.search(head)
        params[_text(name)] = _upload(file_name, head, content) if file_name else content.decode("utf-8", "replace")
    return params


def _upload(file_name: re.Match[bytes], head: bytes, content: bytes) -> Upload:
    kind = re.search(rb"(?i)content-type:\s*([^\r\n;]+)", head)
    return Upload(_text(file_name), content, kind[1].decode() if kind else "application/octet-stream")


def _text(found: re.Match[bytes]) -> str:
    return (found[1] if found[1] is not None else found[2]).decode("utf-8", "replace")
