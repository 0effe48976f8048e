"""Uploads: what is taken, what is refused and with which code, and where it lies."""

import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.site import uploads

PDF = b"%PDF-1.7\nhello"
JPG = b"\xff\xd8\xff\xe0" + b"0" * 40
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 40


def png(width: int = 10, height: int = 10) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"rest"


def zipped(*names: str, content: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


DOCX = zipped("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("name", "data", "content_type"),
    [
        ("签到表.pdf", PDF, "application/pdf"),
        ("现场.JPEG", JPG, "image/jpeg"),
        ("现场.png", png(), "image/png"),
        ("方案.docx", DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("公文.ofd", zipped("OFD.xml"), "application/ofd"),
        ("旧表.xls", OLE, "application/octet-stream"),
    ],
)
def test_taken_and_kept_by_content(tmp_path, name, data, content_type):
    stored = uploads.keep(tmp_path, name, data)
    assert (stored.name, stored.size, stored.content_type) == (name, len(data), content_type)
    path = uploads.path_of(tmp_path, stored.digest)
    assert path.read_bytes() == data
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert uploads.keep(tmp_path, "又一份." + name.rpartition(".")[2], data).digest == stored.digest
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.pdf", b"", "upload.empty"),
        ("a.pdf", b"%PDF-" + b"0" * uploads.LARGEST, "upload.large"),
        ("a.html", b"<script>alert(1)</script>", "upload.type"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "upload.type"),
        ("a.xlsx", PDF, "upload.ending"),
        ("a.pdf", DOCX, "upload.ending"),
        ("a.docx", DOCX[:-30], "upload.broken"),
        ("a.zip", zipped("a.txt"), "upload.archive"),
        ("a.docx", zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "upload.macro"),
        ("a.docx", zipped(*(str(n) for n in range(uploads.MOST_ENTRIES + 1))), "upload.unpacked"),
        ("a.png", png(20_000, 20_000), "upload.unpacked"),
    ],
)
def test_refused_with_what_why_and_mend(tmp_path, name, data, code):
    with pytest.raises(uploads.UploadRefused) as refusal:
        uploads.keep(tmp_path, name, data)
    assert refusal.value.code == code
    assert refusal.value.what
    assert refusal.value.why
    assert refusal.value.mend
    assert list(tmp_path.iterdir()) == []


def test_a_bomb_is_refused_by_what_it_unpacks_to_even_if_it_lies_about_its_size(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_UNPACKED", 2**20)
    bomb = zipped("[Content_Types].xml", "word/document.xml", content=b"\0" * 2**20)
    with pytest.raises(uploads.UploadRefused) as refusal:
        uploads.keep(tmp_path, "a.docx", bomb)
    assert refusal.value.code == "upload.unpacked"
    lying = bytearray(bomb)
    position = 0
    while (position := lying.find(struct.pack("<I", 2**20), position)) >= 0:
        lying[position : position + 4] = struct.pack("<I", 10)
    with pytest.raises(uploads.UploadRefused) as refusal:
        uploads.keep(tmp_path, "a.docx", bytes(lying))
    assert refusal.value.code in ("upload.unpacked", "upload.broken")


@given(st.text())
def test_a_name_never_leaves_its_folder_nor_carries_controls(name):
    clean = uploads.clean_name(name)
    assert clean
    assert len(clean) <= 120
    assert clean not in (".", "..")
    assert not set(clean) & set('/\\\r\n\0<>"')


def test_a_path_is_only_made_of_a_hash(tmp_path):
    for bad in ("../../etc/passwd", "", "A" * 64, "a" * 63):
        with pytest.raises(ValueError, match="hash"):
            uploads.path_of(tmp_path, bad)
