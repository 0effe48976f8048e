"""A page with one form that does one deed: shown, checked, done, or refused with what, why and how to
mend it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from zhibu.access.refusals import NotPermitted, Refused


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
            target = act(form.cleaned_data)
        except NotPermitted:
            raise
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, done)
            return redirect(target or back)
    shown = {"form": form, "heading": title, "back": back, "label": label, "refusal": refusal}
    status = 409 if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, template, shown | dict(context or {}), status=status)


def done(request: HttpRequest, act: Callable[[], object], *, back: str, said: str) -> HttpResponse:
    """Do a deed that needs no form (a button), then go `back`; what is refused is said there."""
    try:
        act()
    except NotPermitted:
        raise
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect(back)
