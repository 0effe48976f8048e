"""Sealing: what is personal is encrypted with the object's own key, which the master key encrypts in turn.

AES-256-GCM throughout; a sealed text is the nonce of 12 bytes, then the ciphertext. To forget an object
is to destroy its key.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from zhibu.access import keys

NONCE = 12


@cache
def _derived(purpose: str) -> bytes:
    return keys.derived(settings.VAR, purpose)


def fingerprint() -> str:
    """Tells one master key from another without giving it away; kept in the database."""
    return hashlib.sha256(_derived("fingerprint")).hexdigest()


def index(text: str) -> str:
    """The keyed index (HMAC-SHA256) by which an encrypted value is looked up."""
    return hmac.new(_derived("index"), text.strip().upper().encode(), hashlib.sha256).hexdigest()


def secret_hash(secret: str) -> str:
    """The keyed hash (HMAC-SHA256) that is kept of a secret shown once: it is found again, never told."""
    return hmac.new(_derived("secret"), secret.encode(), hashlib.sha256).hexdigest()


def encrypt(key: bytes, text: bytes, about: str) -> bytes:
    """`text` under `key`, bound to `about` so that it cannot be moved to another row."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, about.encode())


def decrypt(key: bytes, sealed: bytes, about: str) -> bytes:
    """What was encrypted. Raises KeyUnusable when it was done with another key or for another row."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], about.encode())
    except InvalidTag as error:
        raise keys.KeyUnusable(
            f"{about} 打不开：主密钥不是封存时的那一把，或内容被改动。请恢复原来的 ZHIBU_KEY 或 var/key。"
        ) from error


def _about(type: str, object: str) -> str:
    return f"{type}:{object}"


def object_keys(type: str, objects: Iterable[str]) -> dict[str, bytes | None]:
    """The keys of these objects, made where there is none; None where it was destroyed.

    Two queries for any number.
    """
    from zhibu.access.models import ObjectKey

    wanted = list(dict.fromkeys(objects))
    found: dict[str, bytes | None] = {}
    master = _derived("objects")
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        rows = {row.object: row for row in ObjectKey.objects.filter(type=type, object__in=part)}
        missing = [
            ObjectKey(
                type=type,
                object=name,
                sealed_key=encrypt(master, secrets.token_bytes(32), _about(type, name)),
            )
            for name in part
            if name not in rows
        ]
        if missing:
            # Another process may have made one meanwhile: whoever came first is read back.
            ObjectKey.objects.bulk_create(missing, ignore_conflicts=True)
            names = [row.object for row in missing]
            rows |= {row.object: row for row in ObjectKey.objects.filter(type=type, object__in=names)}
        for name in part:
            sealed = rows[name].sealed_key
            found[name] = None if sealed is None else decrypt(master, bytes(sealed), _about(type, name))
    return found


def new_keys(type: str, objects: Sequence[str]) -> dict[str, bytes]:
    """The keys of objects that have just been given their ids: nothing is looked up."""
    from zhibu.access.models import ObjectKey
    from zhibu.site.inserting import insert_new

    master = _derived("objects")
    made = {name: secrets.token_bytes(32) for name in objects}
    rows = [
        ObjectKey(type=type, object=name, sealed_key=encrypt(master, key, _about(type, name)))
        for name, key in made.items()
    ]
    insert_new(rows)
    return made


def seal(key: bytes, type: str, object: str, value: Any) -> bytes:
    """A value as JSON under the object's key."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return encrypt(key, text.encode(), _about(type, object))


def sealed(type: str, object: str, value: Any) -> bytes:
    """`seal` with the object's key fetched. A forgotten object can hold nothing: raises ValueError."""
    key = object_keys(type, [object])[object]
    if key is None:
        raise ValueError(f"{type} {object} 的密钥已销毁，不能再写入。")
    return seal(key, type, object, value)


def open_with(key: bytes | None, type: str, object: str, text: bytes) -> Any:
    """What was sealed; None when the key is destroyed."""
    return None if key is None else json.loads(decrypt(key, text, _about(type, object)))


def opened(type: str, object: str, text: bytes) -> Any:
    """`open_with` with the object's key fetched."""
    return open_with(object_keys(type, [object])[object], type, object, text)


def opened_by(wrapped: bytes | None, type: str, object: str, text: bytes) -> Any:
    """`opened` with the object's key as its row holds it (`sealed_key`), already fetched with a list."""
    if wrapped is None:
        return None
    return open_with(decrypt(_derived("objects"), wrapped, _about(type, object)), type, object, text)


def destroy(type: str, object: str) -> None:
    """Destroy the object's key: what was sealed with it can never be read again. Call inside an action."""
    from zhibu.access.models import ObjectKey
    from zhibu.site.clock import now

    object_keys(type, [object])
    ObjectKey.objects.filter(type=type, object=object).update(sealed_key=None, destroyed=now())


def check_key() -> None:
    """Hold the master key against the database: the first use notes its fingerprint, another key is refused.

    Raises KeyUnusable.
    """
    from zhibu.access.chain import head

    row = head()
    if not row.key_fingerprint:
        row.key_fingerprint = fingerprint()
        row.save(update_fields=["key_fingerprint"])
    refuse_other(row.key_fingerprint)


def refuse_other(noted: str) -> None:
    """Raise KeyUnusable where the database notes another key's fingerprint than this one's."""
    if noted and noted != fingerprint():
        raise keys.KeyUnusable(
            "主密钥不是这个数据库封存时的那一把：身份证号等内容无法读取。请把原来的密钥放回 "
            "ZHIBU_KEY 或 var/key（备份里没有密钥）。"
        )
