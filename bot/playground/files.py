"""Files that people or the bot sent: kept in memory, named by a file_id."""

import mimetypes
import secrets
import struct
from dataclasses import dataclass, field
from typing import Any

from bot.playground.fields import Upload
from bot.playground.refusals import Refusal, bad

MOST_SENT = 50 * 1024 * 1024  # bytes a bot may send
MOST_PHOTO = 10 * 1024 * 1024
MOST_FETCHED = 20 * 1024 * 1024  # bytes a bot may download
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class File:
    """One stored file.

    Args:
        kind: `photo` or `document`.
        about: the PhotoSize list or the Document object that messages carry.
        path: `file_path` of getFile.
    """

    kind: str
    name: str
    about: Any
    path: str
    content: bytes = field(repr=False)


@dataclass(slots=True)
class Files:
    """All files by file_id and by path."""

    by_id: dict[str, File] = field(default_factory=dict)
    by_path: dict[str, File] = field(default_factory=dict)

    def keep(self, kind: str, upload: Upload) -> File:
        """Store an upload as a photo or a document.

        Raises:
            Refusal: 400 or 413 if Telegram would not take the file.
        """
        size = len(upload.content)
        if size > MOST_SENT:
            raise Refusal(413, "Request Entity Too Large")
        if not size:
            raise bad("file must be non-empty")
        file_id = secrets.token_urlsafe(24)
        unique = secrets.token_urlsafe(8)
        basic = {"file_id": file_id, "file_unique_id": unique}
        suffix = upload.name.rpartition(".")[2] if "." in upload.name else "bin"
        number = len(self.by_path)
        if kind == "photo":
            width, height = photo_size(upload.content)
            about: Any = [
                {"file_id": "s" + file_id, "file_unique_id": "s" + unique, **_scaled(width, height, 320)},
                {**basic, **_scaled(width, height, 2560), "file_size": size},
            ]
            path = f"photos/file_{number}.jpg"
        else:
            mime = mimetypes.guess_type(upload.name)[0] or upload.content_type
            about = {"file_name": upload.name, "mime_type": mime, **basic, "file_size": size}
            path = f"documents/file_{number}.{suffix}"
        file = File(kind, upload.name, about, path, upload.content)
        self.by_id[file_id] = self.by_id["s" + file_id] = self.by_path[path] = file
        return file

    def resolve(self, kind: str, value: Upload | str) -> File:
        """Return the file a request means: an upload, or the file_id of a stored one.

        Raises:
            Refusal: 400; this server fetches nothing from the network.
        """
        if isinstance(value, Upload):
            return self.keep(kind, value)
        if value.startswith(("http://", "https://")):
            raise bad("failed to get HTTP URL content")
        file = self.by_id.get(value)
        if file is None:
            raise bad("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
        if file.kind != kind:
            raise bad(f"can't use file of type {file.kind.title()} as {kind.title()}")
        return file

    def describe(self, file_id: str) -> dict[str, Any]:
        """Return the File object of getFile."""
        file = self.by_id.get(file_id)
        if file is None:
            raise bad("invalid file_id")
        if len(file.content) > MOST_FETCHED:
            raise bad("file is too big")
        about = file.about if isinstance(file.about, dict) else file.about[-1]
        return {
            "file_id": file_id,
            "file_unique_id": about["file_unique_id"],
            "file_size": len(file.content),
            "file_path": file.path,
        }


def photo_size(content: bytes) -> tuple[int, int]:
    """Return width and height in pixels of a PNG or JPEG that Telegram takes as a photo.

    Raises:
        Refusal: 400 IMAGE_PROCESS_FAILED for anything else, PHOTO_INVALID_DIMENSIONS for odd shapes.
    """
    if len(content) > MOST_PHOTO:
        raise bad("file is too big for a photo")
    size = _png_size(content) if content.startswith(PNG) else _jpeg_size(content)
    if size is None or not all(size):
        raise bad("IMAGE_PROCESS_FAILED")
    width, height = size
    if width + height > 10_000 or max(size) > 20 * min(size):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return width, height


def _png_size(content: bytes) -> tuple[int, int] | None:
    return struct.unpack(">II", content[16:24]) if len(content) > 32 else None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2
    while content[:2] == b"\xff\xd8" and at + 9 <= len(content) and content[at] == 0xFF:
        if 0xC0 <= content[at + 1] <= 0xCF and content[at + 1] not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return None


def _scaled(width: int, height: int, most: int) -> dict[str, int]:
    scale = min(1.0, most / max(width, height))
    return {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}
