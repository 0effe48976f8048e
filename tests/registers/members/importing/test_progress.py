"""A large import answers at once and is written beside the request; the page tells how far it is."""

from __future__ import annotations

import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.registers.members.importing.test_batches import row, workbook
from zhibu.registers.members.importing import background
from zhibu.registers.members.importing.models import Batch
from zhibu.registers.members.models import Member


@pytest.fixture
def officer(account_of, college):
    return account_of("committee_officer", college.committee)


def uploaded(client, college, data):
    file = SimpleUploadedFile("名册.xlsx", data)
    answer = client.post(reverse("roster_import"), {"committee": college.committee.pk, "file": file})
    assert answer.status_code == 302, answer.content.decode()
    return answer.headers["Location"]


def confirm(client, address):
    page = client.get(address)
    return client.post(address, {"deed": "import", "plan": page.context["fingerprint"]})


def finished():
    for thread in threading.enumerate():
        if thread.name.startswith("import "):
            thread.join(60)


@pytest.mark.django_db(transaction=True)
def test_many_rows_are_written_beside_the_request(officer, college, client, monkeypatch):
    monkeypatch.setattr(background, "AT_ONCE", 2)
    client.force_login(officer)
    address = uploaded(client, college, workbook(*(row(f"甲{chr(0x4E00 + n)}", n) for n in range(5))))
    upload = address.rstrip("/").rpartition("/")[2]
    answer = confirm(client, address)
    assert answer.headers["Location"] == reverse("roster_progress", args=[upload])
    finished()
    progress = background.look(upload)
    assert (progress.total, progress.done, progress.refusal) == (5, 5, None)
    batch = Batch.objects.get()
    assert progress.batch == batch.pk
    assert Member.objects.filter(name__startswith="甲").count() == 5
    where = reverse("roster_batch", args=[batch.pk])
    assert client.get(answer.headers["Location"]).headers["Location"] == where
    polled = client.get(answer.headers["Location"], headers={"HX-Request": "true"})
    assert polled.headers["HX-Redirect"] == where


@pytest.mark.django_db(transaction=True)
def test_a_fault_while_writing_leaves_nothing_and_is_told(officer, college, client, monkeypatch):
    monkeypatch.setattr(background, "AT_ONCE", 0)
    client.force_login(officer)
    address = uploaded(client, college, workbook(row("赵一", 1), row("钱二", 2)))
    upload = address.rstrip("/").rpartition("/")[2]
    page = client.get(address)

    def broken(*_, **__):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("zhibu.registers.members.importing.actions.added_rows", broken)
    client.post(address, {"deed": "import", "plan": page.context["fingerprint"]})
    finished()
    monkeypatch.undo()
    assert not Batch.objects.exists()
    assert not Member.objects.filter(name="赵一").exists()
    told = client.get(reverse("roster_progress", args=[upload])).content.decode()
    assert "什么也没有写入" in told
    assert "回到预览" in told


@pytest.mark.django_db
def test_a_server_that_stopped_is_told_from_one_that_works(officer, college, client):
    from zhibu.registers.members.importing.uploads import keep_upload

    client.force_login(officer)
    upload = keep_upload(actor=officer, committee=college.committee, file_name="a.xlsx", data=b"rows")
    background._note(upload.pk, background.Progress(total=100, done=40))
    address = reverse("roster_progress", args=[upload.pk])
    assert "已写入 40 行，共 100 行" in client.get(address).content.decode()
    stopped = background.look(upload.pk)
    path = background._path(upload.pk)
    path.write_text(path.read_text().replace(str(stopped.at), str(stopped.at - background.SILENT - 1)))
    assert "导入中断了" in client.get(address).content.decode()
    path.unlink()
    assert client.get(address).status_code == 404
