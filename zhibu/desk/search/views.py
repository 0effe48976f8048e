"""The page of a search, and the lines under the field while one types."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from zhibu.desk.search import sources
from zhibu.desk.search.hits import sections
from zhibu.site import clock, sounds

#: Of each group so many: under the field, on the page, on the page of one group alone.
TYPING, TOGETHER, ALONE = 4, 12, 200
IDENTITY_NUMBER = re.compile(r"\d{15}|\d{17}[\dx]")


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What is found of `?q=`, in groups; `in` narrows it to one. Asked by htmx, only the lines."""
    reader: Any = request.user
    typing = bool(request.htmx)  # type: ignore[attr-defined]
    text = "".join(one for one in request.GET.get("q", "") if one.isprintable()).strip()
    asked = sounds.words(text)
    only = request.GET.get("in", "")
    only = only if only in {source.id for source in sources.SOURCES} else ""
    most = TYPING if typing else ALONE if only else TOGETHER
    is_identity = any(map(IDENTITY_NUMBER.fullmatch, asked))
    # An identity number is not looked for: the address of a search stays in the browser's history.
    groups = [] if is_identity or not asked else sources.look(reader, asked, most, clock.today(), only)
    found = sections(groups, asked)
    shown = {
        "text": text[: sounds.MOST_ASKED],
        "asked": asked,
        "sections": found,
        "count": sum(len(section.lines) for section in found),
        "more": any(section.all_address for section in found),
        "only": only,
        "is_identity": is_identity,
        "cut": len(text) > sounds.MOST_ASKED or len(text.split()) > sounds.MOST_WORDS,
        "most_words": sounds.MOST_WORDS,
    }
    return render(request, "desk/search_lines.html" if typing else "desk/search.html", shown)
