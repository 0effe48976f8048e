"""The first page after signing in."""

from __future__ import annotations

from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

#: The first of these that is installed is the first page.
FIRST_PAGES = ("/norm/", "/organizations/", "/accounts/password/")


def home(request: HttpRequest) -> HttpResponse:
    """To the checklist while a fresh deployment is being set up, else to the living norm."""
    if find_spec("zhibu.desk.setup"):
        from zhibu.desk.setup import is_fresh

        if is_fresh(request.user):
            return redirect("desk:setup")
    for address in FIRST_PAGES:
        try:
            resolve(address)
        except Resolver404:
            continue
        return redirect(address)
    return redirect("account_change_password")
