"""A page with one form that does one deed: shown, checked, done, or refused with what, why and how to
mend it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhibu.access.refusals import NotPermitted, Refused
from zhibu.access.undo import can_undo
from zhibu.access.writing import noting

#: Marks the message that offers to undo; the deed's id follows.
UNDO = "undo:"


def say(request: HttpRequest, text: str, deeds: Sequence[str]) -> None:
    """Say that something was done, with the button that takes it back (撤回) where the reader may."""
    reader: Any = request.user
    undoable = len(deeds) == 1 and can_undo(reader, deeds[0])
    messages.success(request, text, extra_tags=f"{UNDO}{deeds[0]}" if undoable else "")


def deed(
    request: HttpRequest,
    form: BaseForm,
    act: Callable[[dict[str, Any]], str | None],
    *,
    title: str,
    back: str,
    label: str = "保存",
    done: str = "已保存。",
    template: str = "site/deed.html",
    context: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Show `form`; when it is sent and valid call `act` with its values and go where that says.

    Without an answer it goes `back`. `act` calls the action; what it refuses is shown above the form,
    which keeps what was typed. NotPermitted passes on to its own page.
    """
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            with noting() as deeds:
                target = act(form.cleaned_data)
        except NotPermitted:
            raise
        except Refused as refused:
            refusal = refused
        else:
            say(request, done, deeds)
            return redirect(target or back)
    shown = {"form": form, "heading": title, "back": back, "label": label, "refusal": refusal}
    status = 409 if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, template, shown | dict(context or {}), status=status)


def done(request: HttpRequest, act: Callable[[], object], *, back: str, said: str) -> HttpResponse:
    """Do a deed that needs no form (a button), then go `back`; what is refused is said there."""
    try:
        with noting() as deeds:
            act()
    except NotPermitted:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        say(request, said, deeds)
    return redirect(back)
