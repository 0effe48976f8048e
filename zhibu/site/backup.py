"""Backup (备份) and restore (恢复): all rows and files in one archive, on both databases.

A `.tar.gz` with `backup.json` (when, which version, counts), `rows.jsonl` (every row, as Django serializes it)
and `files/` (uploads by their hash). The master key is never in it: without the key the sealed fields of a
restored database cannot be read, so a restore checks the key before it writes anything.
"""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.exceptions import FieldDoesNotExist
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder

from zhibu.access import sealing
from zhibu.access.chain import head
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock, uploads

FORMAT = 1
LOT = 1000
#: Rows that belong to a running server, not to the deployment's records.
LEFT_OUT = frozenset({"sessions", "contenttypes", "auth", "admin", "axes"})


class BackupRefused(Exception):
    """The archive cannot be restored here: what, why and how to mend it, in one sentence."""


@dataclass(frozen=True)
class Summary:
    """What went into or came out of an archive."""

    rows: int
    files: int


def kept_models() -> list[type[models.Model]]:
    """Every table that a backup holds, in a stable order."""
    found = (model for model in apps.get_models() if model._meta.app_label not in LEFT_OUT)
    return sorted(
        (model for model in found if model._meta.managed), key=lambda model: model._meta.label_lower
    )


def _migrations() -> list[str]:
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied if app not in LEFT_OUT)


def write(target: Path) -> Summary:
    """Write an archive; it gets its name only when it is whole. All rows are as of one moment."""
    part = target.with_name(target.name + ".part")
    target.parent.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    files = 0
    try:
        part.touch(mode=0o600)  # names and addresses are in it: its owner alone may read it
        with tarfile.open(part, "w:gz", compresslevel=5) as archive:
            with ExitStack() as stack, _one_moment():
                body = stack.enter_context(tempfile.TemporaryFile())
                for model in kept_models():
                    counts[model._meta.label_lower] = _write_rows(model, body)
                about = {
                    "format": FORMAT,
                    "made": clock.now().isoformat(),
                    "migrations": _migrations(),
                    "key": head().key_fingerprint,
                    "counts": counts,
                }
                note = json.dumps(about, ensure_ascii=False, indent=1).encode()
                _add(archive, "backup.json", io.BytesIO(note), len(note))
                _add(archive, "rows.jsonl", body, body.seek(0, io.SEEK_END))
            for path in sorted(Path(settings.FILES).rglob("*")) if Path(settings.FILES).exists() else ():
                if path.is_file():
                    archive.add(path, f"files/{path.relative_to(settings.FILES)}", recursive=False)
                    files += 1
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return Summary(sum(counts.values()), files)


@contextmanager
def _one_moment() -> Iterator[None]:
    """What is read inside is as of one moment, and others go on writing meanwhile.

    Django's own transactions see on PostgreSQL what others commit in between, and on SQLite stop every writer.
    """
    if connection.in_atomic_block:  # whoever began it has seen to that
        yield
        return
    begin = "BEGIN ISOLATION LEVEL REPEATABLE READ" if connection.vendor == "postgresql" else "BEGIN"
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            yield
        finally:
            cursor.execute("COMMIT")


def _write_rows(model: type[models.Model], out: IO[bytes]) -> int:
    count = 0
    rows = model._base_manager.order_by("pk").iterator(chunk_size=LOT)
    for count, row in enumerate(rows, 1):  # noqa: B007 - the last number is the count
        # Not the "json" serializer: it cuts times to milliseconds, and the log is hashed with microseconds.
        plain = serializers.serialize("python", [row])[0]
        out.write(json.dumps(plain, ensure_ascii=False, default=str).encode() + b"\n")
    return count


def _add(archive: tarfile.TarFile, name: str, body: IO[bytes], size: int) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(clock.now().timestamp())
    body.seek(0)
    archive.addfile(entry, body)


def restore(source: Path) -> Summary:
    """Fill this deployment from an archive. Raises BackupRefused; then nothing is changed.

    The deployment must be migrated, hold no organization yet, and have the key that sealed the data.
    """
    try:
        archive = tarfile.open(source, "r:gz")  # noqa: SIM115 - closed below
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise BackupRefused(
            f"{source} 打不开：不是 zhibu backup 写出的文件，或文件不完整（{error}）。"
        ) from error
    try:
        return _restore(archive, source)
    except (EOFError, OSError, zlib.error, tarfile.TarError) as error:
        raise BackupRefused(f"{source} 不完整（{error}）。请换一份备份；数据库没有改动。") from error


def _restore(archive: tarfile.TarFile, source: Path) -> Summary:
    with archive:
        about = _about(archive, source)
        _check(about)
        rows = _member(archive, "rows.jsonl", source)
        expected = sum(about["counts"].values())
        with transaction.atomic():
            restored = _filled(rows, source)
            if restored != expected:
                raise BackupRefused(
                    f"{source} 不完整：应有 {expected} 行，只有 {restored} 行。请换一份备份；数据库没有改动。"
                )
            files = _restore_files(archive, source)
    return Summary(restored, files)


def _member(archive: tarfile.TarFile, name: str, source: Path) -> IO[bytes]:
    try:
        found = archive.extractfile(name)
    except KeyError:
        found = None
    if found is None:
        raise BackupRefused(f"{source} 里没有 {name}：不是 zhibu backup 写出的文件。请换一份备份。")
    return found


def _about(archive: tarfile.TarFile, source: Path) -> dict[str, Any]:
    try:
        about: dict[str, Any] = json.load(_member(archive, "backup.json", source))
    except ValueError as error:
        raise BackupRefused(f"{source} 的说明读不出来：{error}。请换一份备份。") from error
    if not isinstance(about, dict):
        raise BackupRefused(f"{source} 的说明不是 zhibu backup 写的。请换一份备份。")
    if about.get("format") != FORMAT:
        raise BackupRefused(f"{source} 是另一种格式（{about.get('format')}）。请用写出它的版本恢复，再升级。")
    counts = about.get("counts")
    sound = isinstance(counts, dict) and all(isinstance(count, int) for count in counts.values())
    if not sound or not isinstance(about.get("migrations"), list) or not isinstance(about.get("key"), str):
        raise BackupRefused(f"{source} 的说明不全。请换一份备份。")
    return about


def _check(about: dict[str, Any]) -> None:
    if Organization.objects.exists():
        raise BackupRefused("这里已经有数据。请恢复到空的数据目录（ZHIBU_VAR）或空库，先运行 zhibu migrate。")
    missing = set(about["migrations"]) ^ set(_migrations())
    if missing:
        raise BackupRefused(
            f"备份与本程序的版本不同（相差 {len(missing)} 个迁移，如 {sorted(missing)[0]}）。"
            "请用写出备份的版本恢复，再升级。"
        )
    if about["key"] and about["key"] != sealing.fingerprint():
        raise BackupRefused(
            "主密钥不是这份备份封存时的那一把，身份证号等内容将无法读取。"
            "备份里没有密钥：请先把原来的密钥放回 ZHIBU_KEY 或数据目录的 key 文件，再恢复。没有改动任何数据。"
        )


def _filled(rows: IO[bytes], source: Path) -> int:
    """`_fill`, where every row is one that a backup holds and none refers to what is not there."""
    try:
        count = _fill(rows)
        connection.check_constraints()
    except (ValueError, TypeError, KeyError, FieldDoesNotExist, DeserializationError, DatabaseError) as error:
        raise _doctored(source, error) from error
    return count


def _doctored(source: Path, error: Exception) -> BackupRefused:
    return BackupRefused(
        f"{source} 的内容不是备份写出时的样子（{type(error).__name__}：{str(error)[:120]}）。"
        "请换一份备份；数据库没有改动。"
    )


def _fill(rows: IO[bytes]) -> int:
    kept = kept_models()
    # What migrating made (the deployment's own account, the head of the log) gives way to the archive's.
    for model in kept:
        model._base_manager.all()._raw_delete(using=connection.alias)
    count = 0
    lot: list[models.Model] = []

    def flush() -> None:
        nonlocal count
        if lot:
            type(lot[0])._base_manager.bulk_create(lot, batch_size=LOT)
            count += len(lot)
            lot.clear()

    for line in rows:
        for found in serializers.deserialize("python", [json.loads(line)]):
            if type(found.object) not in kept:
                raise ValueError(f"{found.object._meta.label_lower} is in no backup")
            if lot and (type(found.object) is not type(lot[0]) or len(lot) >= LOT):
                flush()
            lot.append(found.object)
    flush()
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept):
            cursor.execute(statement)
    return count


def _restore_files(archive: tarfile.TarFile, source: Path) -> int:
    """Files go under their hash again, each held against it."""
    count = 0
    for entry in archive.getmembers():
        if not entry.name.startswith("files/") or not entry.isfile():
            continue
        body = archive.extractfile(entry)
        data = body.read() if body else b""
        digest = Path(entry.name).name
        if uploads.digest_of(data) != digest:
            raise BackupRefused(f"{source} 里的附件 {digest[:12]} 已损坏。请换一份备份；数据库没有改动。")
        uploads.put(Path(settings.FILES), data)
        count += 1
    return count
