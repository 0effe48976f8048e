"""Backup and restore: everything but the key comes back; what cannot is refused and changes nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile

import pytest
from django.conf import settings as deployment

from zhibu.access import chain, sealing
from zhibu.cli import main
from zhibu.commands import log as log_command
from zhibu.registers.activities.models import Activity, Attachment
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import backup, uploads

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def archive(college, system, today, settings, tmp_path):
    """A backup of a small college with a sealed number, an activity and a file; then the house is emptied."""
    from zhibu.registers.activities import actions
    from zhibu.registers.activities.actions import Draft, Line
    from zhibu.registers.activities.rules import Block

    settings.FILES = tmp_path / "files"
    activity = actions.record_activity(
        actor=system,
        organization=college.one,
        draft=Draft("学习", ("four.study",), (Block(today, "afternoon"),), content="学习"),
        lines=[Line(college.zhang.pk, college.one.pk, "present")],
        today=today,
    )
    actions.attach_file(actor=system, activity=activity, name="签到.pdf", data=PDF, today=today)
    sealing.check_key()
    target = tmp_path / "college.tar.gz"
    made = backup.write(target)
    assert made.files == 1
    for model in backup.kept_models():
        model._base_manager.all()._raw_delete(using="default")
    settings.FILES = tmp_path / "elsewhere"
    return target


def test_all_comes_back_and_the_log_is_whole(archive, college, today):
    before = _rows(archive)
    restored = backup.restore(archive)
    assert restored.rows == len(before)
    assert Member.objects.get(pk=college.zhang.pk).sensitive["mobile"] == "13800001234"
    assert Activity.objects.get().day == today
    file = Attachment.objects.get()
    assert uploads.path_of(deployment.FILES, file.digest).read_bytes() == PDF
    assert chain.verify() is None
    assert log_command.run(None) == 0
    again = archive.with_name("again.tar.gz")
    backup.write(again)
    assert _rows(again) == before


def test_the_key_is_never_in_it(archive):
    from zhibu.access import keys

    secret = (deployment.VAR / "key").read_text().strip()
    with tarfile.open(archive) as opened:
        for entry in opened.getmembers():
            assert secret.encode() not in opened.extractfile(entry).read()
            assert "key" not in entry.name
    assert keys.master(deployment.VAR)


def test_it_is_for_its_owner_alone(archive):
    assert archive.stat().st_mode & 0o777 == 0o600


def test_without_the_key_no_command_ends_in_a_traceback(college, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ZHIBU_KEY", "not a key")
    sealing._derived.cache_clear()
    try:
        assert main(["export", "roster", str(tmp_path / "x.xlsx"), "--committee", "示例学院党委"]) == 1
    finally:
        monkeypatch.undo()
        sealing._derived.cache_clear()
    assert capsys.readouterr().err.startswith("错误：环境变量 ZHIBU_KEY 不是有效的主密钥")


def test_a_backup_that_is_not_there_is_told(db, tmp_path, capsys):
    assert main(["restore", str(tmp_path / "none.tar.gz")]) == 1
    assert capsys.readouterr().err == f"没有恢复：没有文件 {tmp_path / 'none.tar.gz'}。请核对路径。\n"


def test_without_the_key_it_says_so_and_changes_nothing(archive, monkeypatch):
    import base64

    monkeypatch.setenv("ZHIBU_KEY", base64.urlsafe_b64encode(b"k" * 32).decode())
    sealing._derived.cache_clear()
    try:
        with pytest.raises(backup.BackupRefused, match="主密钥不是这份备份"):
            backup.restore(archive)
    finally:
        monkeypatch.undo()
        sealing._derived.cache_clear()
    assert not Organization.objects.exists()


def test_it_is_not_poured_over_what_is_there(archive):
    backup.restore(archive)
    with pytest.raises(backup.BackupRefused, match="已经有数据"):
        backup.restore(archive)


@pytest.mark.parametrize("content", [b"", b"not an archive", b"\x1f\x8b broken"])
def test_what_is_no_backup_is_refused(db, tmp_path, content):
    target = tmp_path / "x.tar.gz"
    target.write_bytes(content)
    with pytest.raises(backup.BackupRefused):
        backup.restore(target)


def test_a_cut_archive_is_refused_whole(archive, tmp_path):
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(backup.BackupRefused):
        backup.restore(cut)
    assert not Organization.objects.exists()


def test_a_changed_row_of_the_log_is_found(college, system):
    from zhibu.access.models import LogRow

    LogRow.objects.filter(number=2).update(verb="members.read")
    assert log_command.run(None) == 1
    assert chain.verify().number == 2


def _rows(path):
    with tarfile.open(path) as opened:
        return [json.loads(line) for line in opened.extractfile("rows.jsonl").read().splitlines()]


def _rewritten(archive, name, change):
    """The archive with one of its parts changed."""
    import io

    target = archive.with_name("doctored.tar.gz")
    with tarfile.open(archive) as old, tarfile.open(target, "w:gz") as new:
        for entry in old.getmembers():
            body = old.extractfile(entry).read()
            body = change(body) if entry.name == name else body
            entry.size = len(body)
            new.addfile(entry, io.BytesIO(body))
    return target


SESSION = b'{"model":"sessions.session","pk":"k","fields":{"session_data":"x","expire_date":"2030-01-01T00:00:00Z"}}'
GRANT = (
    b'{"model":"access.grant","pk":"g","fields":{"account":"nobody","role":"administrator",'
    b'"organization":"none","since":"2026-01-01","until":null}}'
)


@pytest.mark.parametrize(
    "row",
    [
        b'{"model": "access.acc',
        b"[1,2]",
        b"\xff\xfe",
        b'{"model":"evil.thing","pk":1,"fields":{}}',
        b'{"model":"access.account","pk":"z","fields":{"is_superuser":1}}',
        b'{"model":"access.account","pk":"z","fields":{"created":"yesterday"}}',
        GRANT,
        SESSION,
    ],
)
def test_a_doctored_row_is_refused_and_nothing_stands(archive, row):
    """The number of rows is right, one of them is not."""
    bad = _rewritten(archive, "rows.jsonl", lambda body: b"\n".join([*body.splitlines()[:-1], row]))
    with pytest.raises(backup.BackupRefused, match="没有改动"):
        backup.restore(bad)
    assert not Member.objects.exists()


@pytest.mark.parametrize(
    "about", [b"[]", b'{"format": 1}', b'{"format":1,"counts":"x","migrations":[],"key":""}', b"\xff"]
)
def test_a_doctored_note_is_refused(archive, about):
    with pytest.raises(backup.BackupRefused, match="请换一份备份"):
        backup.restore(_rewritten(archive, "backup.json", lambda _: about))


# Between two tables of the archive somebody else writes; it must be in the archive whole, or not at all.
WHILE_ANOTHER_WRITES = """
import subprocess, sys
from pathlib import Path
from zhibu.site.start import start
start()
from zhibu.site import backup
written = backup._write_rows
def write_rows(model, out):
    count = written(model, out)
    if model._meta.label_lower == "access.loghead":
        subprocess.run([sys.executable, "-c", sys.argv[2]], check=True, timeout=60)
    return count
backup._write_rows = write_rows
backup.write(Path(sys.argv[1]))
"""
ANOTHER = """
from datetime import date
from zhibu.site.start import start
start()
from zhibu.access import system_account
from zhibu.registers.organizations import actions
actions.establish(actor=system_account(), name="党委", kind="committee", since=date(2026, 1, 1))
"""
RESTORED = """
import sys
from pathlib import Path
from zhibu.site.start import start
start()
from zhibu.access import chain
from zhibu.registers.organizations.models import Organization
from zhibu.site import backup
before = Organization.objects.count()
backup.restore(Path(sys.argv[1]))
print(before, Organization.objects.count(), chain.verify())
"""


def backed_up_while_another_writes(served, fresh, folder):
    """What a fresh house holds of an archive that was written while somebody else wrote."""
    archive = str(folder / "served.tar.gz")

    def run(surroundings, *words):
        command = [sys.executable, "-c", *words]
        return subprocess.run(
            command, env=surroundings, check=True, capture_output=True, text=True, timeout=120
        )

    run(served, WHILE_ANOTHER_WRITES, archive, ANOTHER)
    return run(fresh, RESTORED, archive).stdout.split()


@pytest.mark.xdist_group("houses")
def test_what_is_written_meanwhile_is_in_it_whole_or_not_at_all_on_sqlite(migrated, tmp_path):
    served, fresh = (migrated.on_sqlite(tmp_path / name) for name in ("served", "fresh"))
    assert backed_up_while_another_writes(served, fresh, tmp_path) == ["0", "0", "None"]


@pytest.mark.postgres
@pytest.mark.xdist_group("houses")
def test_what_is_written_meanwhile_is_in_it_whole_or_not_at_all_on_postgresql(migrated, tmp_path):
    served, fresh = (migrated.on_postgres(tmp_path / name) for name in ("served", "fresh"))
    assert backed_up_while_another_writes(served, fresh, tmp_path) == ["0", "0", "None"]
