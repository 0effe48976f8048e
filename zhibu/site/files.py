"""Uploaded files over the web: read what was sent, serve what is kept. Who may, the caller has checked."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest

from zhibu.access.refusals import Refused
from zhibu.site import uploads


def read_upload(request: HttpRequest, field: str = "file") -> tuple[str, bytes]:
    """The name and content of the file that was sent; raises Refused without one or for one too large."""
    sent = request.FILES.get(field)
    if sent is None:
        raise Refused(what="没有收到附件", why="没有选文件", mend="请选择文件后再保存", code="upload.none")
    if (sent.size or 0) > uploads.LARGEST:
        limit = f"文件超过 {uploads.LARGEST // 2**20} MB"
        raise Refused(what="附件没有收下", why=limit, mend="请压缩图片或分成几个文件", code="upload.large")
    return sent.name or "", sent.read()


def keep_file(name: str, data: bytes) -> dict[str, Any]:
    """Keep a file; gives the columns of the row that is to name it. Raises Refused for what is not taken."""
    try:
        stored = uploads.keep(settings.FILES, name, data)
    except uploads.UploadRefused as refused:
        raise Refused(what=refused.what, why=refused.why, mend=refused.mend, code=refused.code) from refused
    return {
        "name": stored.name,
        "digest": stored.digest,
        "size": stored.size,
        "content_type": stored.content_type,
    }


def file_response(stored: uploads.Stored) -> FileResponse:
    """The kept content. Pictures and PDF are shown, all else is downloaded; nothing in it can run."""
    path = uploads.path_of(settings.FILES, stored.digest)
    if not path.is_file():
        raise Http404
    response = FileResponse(
        path.open("rb"),
        as_attachment=stored.content_type not in uploads.INLINE,
        filename=stored.name,
        content_type=stored.content_type,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
