"""What keeps people's words unreadable to whoever holds only the database.

The key ring lives outside the database (`DATA_KEYS`). From each of its keys HKDF derives one key per purpose:
one wraps data keys, one a field makes blind indexes, one makes invite links. Every person and every episode has
a data key of its own, stored wrapped, so an erasure throws away one small key and a rotation rewraps keys, never
content. A sealed value is bound to its table, column, row and owner: moved elsewhere, it does not open.
"""

import base64
import binascii
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Never, SupportsIndex

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
NONCE_BYTES = 12  # random: good for 2**32 values under one key (NIST SP 800-38D, 8.3), far above a life's answers
TAG_BYTES = 16
FORMAT = b"\x01"
UNWRAPPED_AT_ONCE = 4096  # data keys kept ready; about 1 kB each, and a practice has hundreds

_KID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class UnknownKey(LookupError):
    """Something was made with a ring key that `DATA_KEYS` no longer (or does not yet) hold."""


class Tampered(Exception):
    """A stored value was changed, swapped or cut; it carries nothing of the content."""


def new_id() -> int:
    """Return a random positive 63-bit id, which fits a signed 64-bit column.

    Ids are made before the insert because the encryption of a row is bound to its id.
    """
    return secrets.randbits(63) or 1


def token_hash(token: str) -> bytes:
    """Return the SHA-256 of an invite token (32 bytes), the only form of it that is stored."""
    return hashlib.sha256(_utf8(token)).digest()


class _Secret:
    """Holds key material: cannot be pickled or copied, and the default repr shows no attribute."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: SupportsIndex, /) -> Never:
        raise TypeError(f"{type(self).__name__} holds key material and cannot be pickled or copied")


class DataKey(_Secret):
    """The key that seals what belongs to one owner (a person or an episode). Made by `KeyRing` only."""

    __slots__ = ("_aead",)

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)

    def __repr__(self) -> str:
        return "<DataKey>"

    def seal(self, plaintext: str, *, table: str, column: str, row: int, owner: int) -> bytes:
        """Encrypt a text for one place: format byte, nonce, ciphertext padded to 16 bytes, tag."""
        nonce = os.urandom(NONCE_BYTES)
        place = _place(table, column, row, owner)
        return FORMAT + nonce + self._aead.encrypt(nonce, _pad(_utf8(plaintext)), place)

    def open(self, sealed: bytes, *, table: str, column: str, row: int, owner: int) -> str:
        """Decrypt a text sealed for this very place.

        Raises:
            Tampered: it was changed, or sealed with another key or for another table, column, row or owner.
        """
        padded = _decrypt(self._aead, sealed, _place(table, column, row, owner))
        return padded.rstrip(b"\0")[:-1].decode("utf-8", "surrogatepass")


class _RingKey(_Secret):
    """One entry of the ring and the keys derived from it."""

    __slots__ = ("_macs", "_secret", "_wrapping", "kid")

    def __init__(self, kid: str, secret: bytes) -> None:
        self.kid = kid
        self._secret = secret
        self._wrapping = AESGCM(self._derive("wrap"))
        self._macs: dict[str, hmac.HMAC] = {}  # grows with the purposes named in the code, not with data

    def _derive(self, purpose: str) -> bytes:
        info = _utf8(f"attune/1/{purpose}")
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self._secret)

    def mac(self, purpose: str, value: str) -> bytes:
        keyed = self._macs.get(purpose)
        if keyed is None:
            keyed = self._macs[purpose] = hmac.new(self._derive(purpose), None, "sha256")
        mac = keyed.copy()  # a copy skips the key schedule, most of the cost of a short HMAC
        mac.update(_utf8(value))
        return mac.digest()

    def wrap(self, key: bytes, owner: int) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        header = FORMAT + bytes([len(self.kid)]) + self.kid.encode("ascii")
        return header + nonce + self._wrapping.encrypt(nonce, key, _place("data_key", self.kid, 0, owner))

    def unwrap(self, wrapped: bytes, owner: int) -> bytes:
        unnamed = FORMAT + wrapped[2 + len(self.kid) :]
        return _decrypt(self._wrapping, unnamed, _place("data_key", self.kid, 0, owner))

    def redactions(self) -> tuple[str, ...]:
        plain, urlsafe = base64.b64encode(self._secret), base64.urlsafe_b64encode(self._secret)
        return plain.decode().rstrip("="), urlsafe.decode().rstrip("="), self._secret.hex()


class KeyRing(_Secret):
    """The keys of `DATA_KEYS`: the first encrypts, every one decrypts.

    To rotate, put a new entry in front, rewrap what `needs_rewrap` names, renew the blind indexes, drop the old.
    """

    __slots__ = ("_current", "_keys", "_unwrapped")

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = {kid: _RingKey(kid, secret) for kid, secret in keys.items()}
        self._current = next(iter(self._keys.values()))
        self._unwrapped = lru_cache(UNWRAPPED_AT_ONCE)(lambda wrapped, owner: DataKey(self._raw(wrapped, owner)))

    def __repr__(self) -> str:
        return f"<KeyRing {', '.join(self.kids)}>"

    @classmethod
    def parse(cls, text: str) -> "KeyRing":
        """Read `kid:base64 of 32 bytes` entries, separated by commas or line ends.

        A kid is 1-32 letters, digits, `-` or `_`; the base64 may be the URL-safe kind and unpadded.

        Raises:
            ValueError: a sentence that names the faulty entry by its position and shows nothing of it.
        """
        keys: dict[str, bytes] = {}
        entries = [entry for entry in re.split(r"[,\s]+", text) if entry]
        if not entries:
            raise ValueError("it holds no key")
        for position, entry in enumerate(entries, start=1):
            kid, secret = _parse_entry(entry, position)
            if kid in keys:
                raise ValueError(f"entry {position} repeats the name of an earlier entry")
            if secret in keys.values():
                raise ValueError(f"entry {position} repeats the key of an earlier entry")
            keys[kid] = secret
        return cls(keys)

    @staticmethod
    def generate_entry(kid: str) -> str:
        """Return a new random entry for `DATA_KEYS`.

        Raises:
            ValueError: the kid is not 1-32 letters, digits, `-` or `_`.
        """
        if not _KID.fullmatch(kid):
            raise ValueError("a key's name is 1-32 letters, digits, - or _")
        return f"{kid}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}"

    @property
    def current(self) -> str:
        """The kid of the key that encrypts."""
        return self._current.kid

    @property
    def kids(self) -> tuple[str, ...]:
        """Every kid, the current one first."""
        return tuple(self._keys)

    def new_data_key(self, owner: int) -> tuple[DataKey, bytes]:
        """Return a new data key and its wrapped form: format byte, kid with its length, nonce, ciphertext, tag."""
        key = os.urandom(KEY_BYTES)
        return DataKey(key), self._current.wrap(key, owner)

    def unwrap(self, wrapped: bytes, owner: int) -> DataKey:
        """Return the data key of an owner; the last few thousand are kept ready.

        Raises:
            UnknownKey: the ring lacks the key that wrapped it.
            Tampered: it was changed or belongs to another owner.
        """
        return self._unwrapped(wrapped, owner)

    def forget_unwrapped(self) -> None:
        """Drop the data keys kept ready, for after an erasure: the erased key leaves memory too."""
        self._unwrapped.cache_clear()

    def rewrap(self, wrapped: bytes, owner: int) -> bytes:
        """Return the same data key wrapped under the current ring key; raises what `unwrap` raises."""
        return self._current.wrap(self._raw(wrapped, owner), owner)

    def needs_rewrap(self, wrapped: bytes) -> bool:
        """Say whether another key than the current one wrapped it; raises `Tampered` if it is no wrapped key."""
        return _kid_of(wrapped) != self.current

    def blind_index(self, field: str, value: str) -> bytes:
        """Return 32 bytes by which a value can be found again but not read, under the current key.

        Args:
            field: what the value is, such as `telegram_id`; equal values of two fields share no index. A name from
                the code, never data, because its derived key is kept.
            value: what is looked up.
        """
        return self._current.mac(f"blind_index/{field}", value)

    def blind_indexes(self, field: str, value: str) -> list[bytes]:
        """Return the blind index under every key, the current one first, to look up rows amid a rotation."""
        return [key.mac(f"blind_index/{field}", value) for key in self._keys.values()]

    def invite_token(self, invite_id: int, kid: str) -> str:
        """Return the token of an invite, 22 characters of base64url (128 bits), the same at each sending.

        Raises:
            UnknownKey: the ring lacks the key the invite was made with.
        """
        mac = self._named(kid).mac("invite", str(invite_id))
        return base64.urlsafe_b64encode(mac[:16]).decode().rstrip("=")

    def redactions(self) -> tuple[str, ...]:
        """Return the spellings of the keys that a log must never show. For `logs.configure` only."""
        return tuple(spelling for key in self._keys.values() for spelling in key.redactions())

    def _named(self, kid: str) -> _RingKey:
        if kid not in self._keys:
            raise UnknownKey(f"DATA_KEYS has no key named {kid}; put its entry back, after the first one")
        return self._keys[kid]

    def _raw(self, wrapped: bytes, owner: int) -> bytes:
        return self._named(_kid_of(wrapped)).unwrap(wrapped, owner)


def _parse_entry(entry: str, position: int) -> tuple[str, bytes]:
    # Nothing of the entry goes into the sentence: with the two halves mixed up even the kid would be a key.
    kid, colon, encoded = entry.partition(":")
    if not colon or not _KID.fullmatch(kid):
        raise ValueError(f"entry {position} does not start with a name and a colon (1-32 letters, digits, - or _)")
    secret = _decode(encoded)
    if len(secret) != KEY_BYTES:
        raise ValueError(f"entry {position} is not base64 of {KEY_BYTES} bytes")
    return kid, secret


def _decode(encoded: str) -> bytes:
    standard = encoded.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _kid_of(wrapped: bytes) -> str:
    kid = wrapped[2 : 2 + wrapped[1]].decode("ascii", "replace") if len(wrapped) > 1 else ""
    if wrapped[:1] != FORMAT or not _KID.fullmatch(kid):
        raise Tampered("a wrapped key is not readable")
    return kid


def _place(table: str, column: str, row: int, owner: int) -> bytes:
    # Lengths in front, so that no two places share a spelling.
    return _utf8(f"1/{len(table)}/{table}/{len(column)}/{column}/{row}/{owner}")


def _decrypt(aead: AESGCM, sealed: bytes, place: bytes) -> bytes:
    if len(sealed) < len(FORMAT) + NONCE_BYTES + TAG_BYTES or sealed[:1] != FORMAT:
        raise Tampered("a sealed value is not readable")
    try:
        return aead.decrypt(sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :], place)
    except InvalidTag:
        raise Tampered("a sealed value was changed or moved") from None


def _pad(content: bytes) -> bytes:
    # Without padding the length alone would tell a 10 from a 7, and yes from no.
    return content + b"\x80" + bytes(-(len(content) + 1) % 16)


def _utf8(text: str) -> bytes:
    # JSON from outside can hold half a surrogate pair; that must not make an answer unstorable.
    return text.encode("utf-8", "surrogatepass")
