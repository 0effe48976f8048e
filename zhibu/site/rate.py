"""How often something may be asked: a count in the cache for each stretch of time.

allauth's own counts leave out GET, which is all that some addresses answer.
"""

from __future__ import annotations

from typing import NamedTuple

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


class Rate(NamedTuple):
    """So many times in so many seconds."""

    times: int
    seconds: int


def within(rate: Rate, name: str, key: str) -> bool:
    """Count one more under `name` and `key`; False once there are more than the rate allows."""
    place = f"rate:{name}:{key}"
    cache.add(place, 0, rate.seconds)
    try:
        return cache.incr(place) <= rate.times
    except ValueError:  # it ran out just now
        cache.set(place, 1, rate.seconds)
        return True


def network(request: HttpRequest) -> str:
    """The network address that asks; empty where no address does (a command)."""
    try:
        return str(get_adapter(request).get_client_ip(request))
    except PermissionDenied:
        return ""
