"""The places of the navigation, in order. A place whose page is not installed is left out."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from django.urls import Resolver404, resolve

#: (group, title, address)
PLACES: tuple[tuple[str, str, str], ...] = (
    ("", "规范", "/norm/"),
    ("", "口径确认", "/readings/"),
    ("", "免除", "/exemptions/"),
    ("台账", "组织", "/organizations/"),
    ("台账", "党员", "/members/"),
    ("台账", "活动", "/activities/"),
    ("台账", "佐证", "/evidence/"),
    ("管理", "名册导入", "/members/import/"),
    ("管理", "账号", "/accounts/list/"),
    ("管理", "日志", "/log/"),
)


class Place(NamedTuple):
    """A line of the navigation."""

    title: str
    address: str
    here: bool


@lru_cache(maxsize=512)
def installed(address: str) -> bool:
    """True when the URLconf has a page at the address."""
    try:
        resolve(address)
    except Resolver404:
        return False
    return True


def places(path: str) -> list[tuple[str, list[Place]]]:
    """The groups of places with the one marked that `path` lies in."""
    groups: dict[str, list[Place]] = {}
    # /members/import/ lies below /members/: the longest address that fits is the place.
    here = max((address for *_, address in PLACES if path.startswith(address)), key=len, default="")
    for group, title, address in PLACES:
        if installed(address):
            groups.setdefault(group, []).append(Place(title, address, address == here))
    return list(groups.items())
