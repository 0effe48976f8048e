"""Uploaded files (附件): checked by content, size and unpacked size, kept by the hash of their content.

Files lie outside the web root under a folder that the caller names. A file is written whole before the row
that names it, so a row never points to nothing; equal content is kept once.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

#: The largest file taken, and the largest that its content may unpack to, in bytes.
LARGEST = 20 * 2**20
LARGEST_UNPACKED = 200 * 2**20
MOST_ENTRIES = 5_000
MOST_PIXELS = 100_000_000

_OFFICE = "application/vnd.openxmlformats-officedocument."
_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "heic": "image/heic",
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "pptx": _OFFICE + "presentationml.presentation",
    "ofd": "application/ofd",
    "ole": "application/octet-stream",
}
#: Endings by which a file of each content may be named.
_ENDINGS = {
    "pdf": ("pdf",),
    "jpg": ("jpg", "jpeg"),
    "png": ("png",),
    "webp": ("webp",),
    "heic": ("heic", "heif"),
    "docx": ("docx",),
    "xlsx": ("xlsx",),
    "pptx": ("pptx",),
    "ofd": ("ofd",),
    "ole": ("doc", "xls", "ppt", "wps", "et", "dps"),
}
#: Shown by the browser itself; every other type is only ever downloaded.
INLINE = frozenset({"application/pdf", "image/jpeg", "image/png", "image/webp"})


class UploadRefused(ValueError):  # noqa: N818 - a refusal, not a fault of the program
    """A file that is not taken: `what`, `why` and `mend` in words, and a stable `code`."""

    def __init__(self, code: str, what: str, why: str, mend: str) -> None:
        super().__init__(f"{what}{why}{mend}")
        self.code, self.what, self.why, self.mend = code, what, why, mend


@dataclass(frozen=True)
class Stored:
    """A file that was taken: its name as given (last part only), hash, size in bytes and type by content."""

    name: str
    digest: str
    size: int
    content_type: str


def keep(root: Path, name: str, data: bytes) -> Stored:
    """Check and keep a file; raises `UploadRefused`. The same content twice is one file."""
    clean = clean_name(name)
    kind = check(clean, data)
    digest = put(root, data)
    return Stored(clean, digest, len(data), _TYPES[kind])


def digest_of(data: bytes) -> str:
    """The name under which content is kept."""
    return hashlib.sha256(data).hexdigest()


def put(root: Path, data: bytes) -> str:
    """Keep content that was checked before, under its hash; gives the hash."""
    digest = digest_of(data)
    target = path_of(root, digest)
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, temporary = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            os.replace(temporary, target)  # whole or not at all, also when two write it at once
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    return digest


def remove(root: Path, digest: str) -> None:
    """Remove content for good; the caller knows that nothing names it."""
    path_of(root, digest).unlink(missing_ok=True)


def path_of(root: Path, digest: str) -> Path:
    """Where the content with this hash lies; raises ValueError for what is no hash."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise ValueError("not a content hash")
    return root / digest[:2] / digest


def clean_name(name: str) -> str:
    """The last part of the name without control characters, at most 120 characters, its ending kept."""
    last = PurePosixPath(name.replace("\\", "/")).name
    printable = "".join(char for char in last if char.isprintable() and char not in '<>:"|?*').strip(" .")
    if not printable:
        return "附件"
    stem, dot, ending = printable.rpartition(".")
    return printable if len(printable) <= 120 else stem[: 119 - len(ending)] + dot + ending[:10]


def check(name: str, data: bytes) -> str:
    """The kind of content (pdf, jpg, docx, …); raises `UploadRefused` for what is not taken."""
    what = f"附件“{name}”没有收下。"
    if not data:
        raise UploadRefused("upload.empty", what, "文件是空的。", "请重新选择文件。")
    if len(data) > LARGEST:
        limit = f"文件超过 {LARGEST // 2**20} MB。"
        raise UploadRefused("upload.large", what, limit, "请压缩图片或分成几个文件。")
    kind = _kind(data)
    if kind is None:
        raise UploadRefused(
            "upload.type",
            what,
            "按内容看不是可收的文件。",
            "可收 PDF、OFD、图片和 Word、Excel、PPT、WPS 文件。",
        )
    if kind == "zip":
        kind = _inside(what, data)
    if name.rpartition(".")[2].lower() not in _ENDINGS[kind]:
        raise UploadRefused(
            "upload.ending",
            what,
            f"文件名的后缀与内容不符，内容是 {_ENDINGS[kind][0]}。",
            "请用原来的程序重新保存后再上传。",
        )
    if kind == "png":
        width, height = struct.unpack(">II", data[16:24]) if len(data) >= 24 else (0, 0)
        if width * height > MOST_PIXELS:
            raise UploadRefused("upload.unpacked", what, "图片的像素过多。", "请缩小图片后再上传。")
    return kind


def _kind(data: bytes) -> str | None:
    """The kind by the first bytes; `zip` is looked into further."""
    head = data[:16]
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"hevc"):
        return "heic"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if head.startswith(b"PK\x03\x04"):
        return "zip"
    return None


def _inside(what: str, data: bytes) -> str:
    """The kind of a zipped document; raises `UploadRefused` for bombs, macros and plain archives."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if len(entries) > MOST_ENTRIES or not _unpacks_within(archive, entries):
                raise UploadRefused(
                    "upload.unpacked", what, "展开后过大，可能是压缩炸弹。", "请另存为普通文件或 PDF。"
                )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError) as error:
        if isinstance(error, UploadRefused):
            raise
        raise UploadRefused(
            "upload.broken", what, "文件已损坏或加了密码。", "请去掉密码或重新保存。"
        ) from error
    if any(name.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js")) for name in names):
        raise UploadRefused("upload.macro", what, "文件里有宏或程序。", "请另存为不含宏的格式或 PDF。")
    if "OFD.xml" in names:
        return "ofd"
    if "[Content_Types].xml" in names:
        for folder, kind in (("word/", "docx"), ("xl/", "xlsx"), ("ppt/", "pptx")):
            if any(name.startswith(folder) for name in names):
                return kind
    raise UploadRefused("upload.archive", what, "不收压缩包。", "请解压后逐个上传。")


def _unpacks_within(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> bool:
    """True when all content really unpacks within the bound; claimed sizes are not trusted."""
    left = LARGEST_UNPACKED
    if sum(entry.file_size for entry in entries) > left:
        return False
    for entry in entries:
        with archive.open(entry) as member:
            while chunk := member.read(2**20):
                left -= len(chunk)
                if left < 0:
                    return False
    return True
