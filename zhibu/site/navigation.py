"""The places of the navigation, in order. A place whose page is not installed is left out."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from django.urls import Resolver404, resolve

from zhibu.norm.faults import NormRefused
from zhibu.site import packs

#: In place of a verb: it opens to whoever is signed in.
EVERYONE = ""
#: (group, title, address, the verb that opens it)
PLACES: tuple[tuple[str, str, str, str], ...] = (
    ("", "收件箱", "/inbox/", EVERYONE),
    ("", "工作台", "/desk/", "desk.read"),
    ("", "日历", "/calendar/", "calendar.read"),
    ("", "规范", "/norm/", "norm.read"),
    ("", "检查", "/findings/", "desk.read"),
    ("", "口径确认", "/readings/", "desk.read"),
    ("", "免除", "/exemptions/", "exemptions.read"),
    ("", "迎检材料", "/archive/", "archive.make"),
    ("台账", "组织", "/organizations/", "organizations.read"),
    ("台账", "党员", "/members/", "members.read"),
    ("台账", "活动", "/activities/", "activities.read"),
    ("台账", "学习教育", "/education/", "education.read"),
    ("台账", "佐证", "/evidence/", "evidence.read"),
    ("台账", "通知文件", "/notices/", EVERYONE),
    ("管理", "启用准备", "/setup/", "organizations.term"),
    ("管理", "名册导入", "/members/import/", "roster.import"),
    ("管理", "账号", "/accounts/list/", "access.read"),
    ("管理", "日志", "/log/", "log.read"),
)


#: What a place is called for whoever sees only the own record there.
OWN = {"/members/": "我的信息", "/education/": "我的学习", "/evidence/": "我的记录"}


#: Pages beside each other under a place: (title, address, the verb that opens it, whether to the own record too).
BESIDE: dict[str, tuple[tuple[str, str, str, bool], ...]] = {
    "/education/": (
        ("学时", "/education/", "education.read", True),
        ("心得体会", "/education/reflections/", "education.read", True),
        ("外出培训", "/education/trainings/", "education.read", True),
        ("补学", "/education/make-up/", "activities.attendance", False),
        ("季度检查表", "/education/check/", "education.check", False),
        ("检查、测评", "/education/sheets/", "education.read", False),
    ),
}


#: Pages about kinds of facts: they stand there while a pack lists one of them.
ABOUT: dict[str, tuple[str, ...]] = {
    "/education/reflections/": ("study.reflection",),
    "/education/check/": ("study.check",),
    "/education/sheets/": ("study.check", "study.assessment"),
}


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


def verbs(verb: str) -> tuple[str, ...]:
    """The verb of a place, and others with which some of what lies there is seen."""
    register, _, deed = verb.partition(".")
    if deed != "read":
        return (verb,)
    try:
        return verb, *packs.norm().read_verbs.get(register, ())
    except NormRefused:
        # The page that tells of a pack's fault has its navigation too.
        return (verb,)


def opened(verb: str, opens: Callable[[str], bool]) -> bool:
    """Whether a place opens with one of its verbs. `opens`: whether the reader may do a verb anywhere."""
    return verb == EVERYONE or any(opens(one) for one in verbs(verb))


def places(
    path: str, opens: Callable[[str], bool], own_only: Callable[[str], bool]
) -> list[tuple[str, list[Place]]]:
    """The groups of places that open to the reader, with the one marked that `path` lies in.

    `opens`: whether the reader may do a verb anywhere. `own_only`: whether only to the own record.
    """
    groups: dict[str, list[Place]] = {}
    # /members/import/ lies below /members/: the longest address that fits is the place.
    here = max((address for _, _, address, _ in PLACES if path.startswith(address)), key=len, default="")
    for group, title, address, verb in PLACES:
        if installed(address) and opened(verb, opens):
            shown = OWN[address] if address in OWN and all(map(own_only, verbs(verb))) else title
            groups.setdefault(group, []).append(Place(shown, address, address == here))
    return list(groups.items())


def beside(path: str, opens: Callable[[str], bool], own_only: Callable[[str], bool]) -> list[Place]:
    """The pages beside the one that `path` is under its place, as far as they open to the reader."""
    pages = next((pages for place, pages in BESIDE.items() if path.startswith(place)), ())
    here = max((address for _, address, *_ in pages if path.startswith(address)), key=len, default="")
    return [
        Place(title, address, address == here)
        for title, address, verb, own in pages
        if installed(address) and opens(verb) and (own or not own_only(verb)) and _is_listed(address)
    ]


def _is_listed(address: str) -> bool:
    """Whether a pack lists what the page is about; true for a page that is about no kind."""
    return address not in ABOUT or any(kind in packs.norm().kinds for kind in ABOUT[address])
