"""Headers that every page carries, and the pages that a refusal becomes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import get_user
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.defaults import bad_request

from zhibu.access.keys import KeyUnusable
from zhibu.access.refusals import Gone, NotPermitted, Refused
from zhibu.norm.faults import NormRefused
from zhibu.site import packs

log = logging.getLogger(__name__)
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)


class ContentSecurityPolicy:
    """Only scripts and styles of our own files run; nothing written into a page does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the header where a view has not set one."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        return response


#: No part of an address that names anything is longer.
LONGEST_PART = 200


class WholeAddresses:
    """An address with a NUL in it, or a part longer than any name, comes from no link of ours; 400.

    PostgreSQL takes no NUL, and no file system such a name.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Turn it away before any view reads it."""
        long = any(len(part) > LONGEST_PART for part in request.path_info.split("/"))
        if long or "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request, BadRequest())
        return self.get_response(request)


class OneNorm:
    """A page speaks of one norm, also where a pack is changed while it is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the packs' files at most once."""
        with packs.held():
            return self.get_response(request)


class PlainReader:
    """Who asks is known before any view runs: views get the account itself, as every look at a stand-in costs more."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Put the account in the place of Django's lazy stand-in."""
        request.user = get_user(request)


class PrivatePages:
    """What a signed-in reader sees is kept by no cache: on a shared computer the next one finds nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the header where a view has not set one."""
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


#: What stands above a refusal, where it is not that something was not done.
HEADINGS = {404: "没有找到", 503: "暂时不能打开"}


class RefusalPages:
    """A refusal that a view did not show itself becomes a page with what, why and how to mend it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """403 for what the reader may not do, 404 for what is gone, 409 for what cannot be done.

        503 while the packs are unsound: with the first fault, as the command tells it; and under another master key.
        """
        status = 409
        if isinstance(exception, NormRefused):
            exception, status = _unsound(exception), 503
        if isinstance(exception, KeyUnusable):
            log.error("%s", exception)
            exception, status = _sealed(), 503
        if not isinstance(exception, Refused):
            return None
        if isinstance(exception, NotPermitted):
            status = 403
        elif isinstance(exception, Gone):
            status = 404
        shown = {"refusal": exception, "heading": HEADINGS.get(status)}
        return render(request, "refused.html", shown, status=status)


def _sealed() -> Refused:
    return Refused(
        what="身份证号等内容打不开，什么也没有写入",
        why="服务器上的主密钥不是封存时的那一把",
        mend="请系统管理员把原来的主密钥放回 ZHIBU_KEY 或数据目录的 key 文件，再重新启动",
        code="access.key_unusable",
    )


def _unsound(refused: NormRefused) -> Refused:
    """The packs' first fault in the words of a refusal; the folder's place on this machine is nobody's business."""
    first, count = refused.faults[0], len(refused.faults)
    place = "/".join(first.file.rsplit("/", 3)[-3:])
    line = f"第 {first.line} 行" if first.line else ""
    return Refused(
        what="规范包有错，暂时不能检查",
        why=f"{place} {line}：{first.what}" + (f"（共 {count} 处，这是第一处）" if count > 1 else ""),
        mend=f"请管理规范包的同志：{first.mend}。改好保存后刷新本页；全部问题用 zhibu norm check 列出",
        code=f"norm.{first.code}",
    )
