"""The first page after signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

#: The first of these that is installed is the first page.
FIRST_PAGES = ("/norm/", "/organizations/", "/accounts/password/")


def home(request: HttpRequest) -> HttpResponse:
    """To the living norm."""
    for address in FIRST_PAGES:
        try:
            resolve(address)
        except Resolver404:
            continue
        return redirect(address)
    return redirect("account_change_password")
