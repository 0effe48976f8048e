"""The template tags of the look: status with its word, bars of cells, icons, dates, masks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import quote

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from zhibu.access import permits, scope
from zhibu.audit.relations import STATUS_TITLES
from zhibu.inbox import queries as inbox
from zhibu.site import wording
from zhibu.site.deeds import UNDO
from zhibu.site.navigation import beside, installed, places
from zhibu.site.sounds import MOST_ASKED

register = template.Library()

#: Words of the states that pages show: the audit's six, a reading not yet signed, nothing owed.
STATE_TITLES: Mapping[str, str] = {
    **{str(status): title for status, title in STATUS_TITLES.items()},
    "unsigned": "口径待确认",
    "nothing owed": "无须履行",
}
LEGEND = ("met", "late", "open", "missed", "exempt", "no rule", "unsigned")
#: Past so many cells a bar shows proportions (look/README).
MOST_CELLS = 40


SINGLE = '<div class="bar single"><a class="cell {}" href="{}" aria-label="{}"><b>{}</b></a></div>'
BAR = '<div class="bar" role="group" aria-label="%s">%s</div>'
CELL = '<a class="cell %s" href="%s" aria-label="%s" data-label="%s"%s></a>'
AWAY = ' tabindex="-1"'
SHARE = '<rect class="{}" x="{}" y="0" width="{}" height="18"><title>{}</title></rect>'
PROPORTIONS = (
    '<a href="{}"><svg class="bar" viewBox="0 0 100 18" preserveAspectRatio="none" role="img"'
    ' aria-label="{}">{}</svg></a>'
)


class Cell(NamedTuple):
    """One cell of a bar: the state of one organization."""

    state: str
    label: str
    address: str


def state_class(state: str) -> str:
    """The CSS class of a state."""
    return state.replace(" ", "-")


@register.simple_tag
def status(state: str, detail: str = "") -> SafeString:
    """A status as colour, shape and word: {% status "missed" %} → ▪ 未完成."""
    title = STATE_TITLES.get(state, state)
    name = state_class(state)
    return format_html(
        '<span class="status status-{}"><i class="s {}" aria-hidden="true"></i>{}{}</span>',
        name,
        name,
        title,
        detail,
    )


@register.inclusion_tag("site/legend.html")
def legend(hint: str = "") -> dict[str, object]:
    """The legend: every state with its colour and word."""
    return {"entries": [(state_class(state), STATE_TITLES[state]) for state in LEGEND], "hint": hint}


@register.simple_tag
def cells(bar: Iterable[Cell], label: str, address: str = "") -> SafeString:
    """A bar of one cell per organization, proportional past forty; a single cell shows its word.

    Written here and not in a template: the living norm has thousands of cells.
    """
    found = list(bar)
    if not found:
        return SafeString("")
    if len(found) == 1:
        only = found[0]
        title = STATE_TITLES.get(only.state, only.state)
        return format_html(SINGLE, state_class(only.state), only.address, f"{label}：{only.label}", title)
    if len(found) > MOST_CELLS:
        return _proportional([cell.state for cell in found], label, address)
    cells = [
        CELL
        % (
            state_class(cell.state),
            escape(cell.address),
            *[escape(cell.label)] * 2,
            "" if not number else AWAY,
        )
        for number, cell in enumerate(found)
    ]
    return SafeString(BAR % (escape(label), "".join(cells)))


SQUARE = '<td><a class="cell %s" href="%s" title="%s" aria-label="%s"%s></a></td>'
HERE = ' aria-current="true"'


@register.simple_tag
def squares(line: Iterable[Cell | None], address: str, here: str = "") -> SafeString:
    """A line of a heat map: a table cell for each square, empty for None.

    Each leads to `address` with its own behind; `here` is the one that is open. Written here for speed, as `cells`.
    """
    start = escape(address)
    made = []
    for square in line:
        if square is None:
            made.append("<td></td>")
            continue
        label = escape(square.label)
        open_ = HERE if square.address == here else ""
        made.append(SQUARE % (state_class(square.state), start + quote(square.address), label, label, open_))
    return SafeString("".join(made))


def _proportional(states: list[str], label: str, address: str) -> SafeString:
    """The bar as shares of the whole, in the order of the legend."""
    parts, words, before = [], [], 0.0
    for state in (*LEGEND, "nothing owed"):
        if count := states.count(state):
            width = count * 100 / len(states)
            words.append(f"{STATE_TITLES[state]} {count} 个")
            parts.append((state_class(state), f"{before:.3f}", f"{width:.3f}", words[-1]))
            before += width
    shares = format_html_join("", SHARE, parts)
    return format_html(PROPORTIONS, address, f"{label}：{'，'.join(words)}", shares)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A Tabler icon from the sprite that `zhibu assets` builds (names: zhibu/commands/assets.py)."""
    address = static("vendor/icons.svg")
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', address, name)


@register.inclusion_tag("site/navigation.html", takes_context=True)
def navigation(context: Context) -> dict[str, object]:
    """The navigation with the current place marked, who is signed in, and how much lies unread."""
    request = context["request"]
    reader = request.user
    unread = inbox.unread_now(request)
    return {
        "unread": f"{inbox.MOST_COUNTED}+" if unread > inbox.MOST_COUNTED else unread,
        "groups": places(
            request.path, lambda verb: permits(reader, verb), lambda verb: not scope.roots(reader, verb)
        ),
        "reader": str(reader),
        "house": scope.house(reader),
        "find_address": "/search/" if installed("/search/") else "",
        "find_text": request.GET.get("q", "")[:MOST_ASKED] if request.path == "/search/" else "",
        "account_address": "/accounts/" if installed("/accounts/") else "",
        "sign_out_address": "/accounts/logout/" if installed("/accounts/logout/") else "",
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("site/beside.html", takes_context=True)
def tabs(context: Context) -> dict[str, object]:
    """The pages beside this one under its place of the navigation, as tabs."""
    request = context["request"]
    reader = request.user
    found = beside(
        request.path, lambda verb: permits(reader, verb), lambda verb: not scope.roots(reader, verb)
    )
    return {"places": found}


@register.inclusion_tag("site/notice.html", takes_context=True)
def notice(context: Context, message: Any) -> dict[str, object]:
    """A message, with the button that takes back what it says was done where there is one (`deeds.say`)."""
    tags = str(message.extra_tags or "")
    return {
        "message": message,
        "deed": tags.removeprefix(UNDO) if tags.startswith(UNDO) else "",
        "back": context["request"].get_full_path(),
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def state_title(state: str) -> str:
    """A state in words."""
    return STATE_TITLES.get(state, state)


@register.filter
def day(value: date | None) -> str:
    """11月25日（周三）."""
    return wording.short_day(value) if value else ""


@register.filter
def fullday(value: date | None) -> str:
    """2026年11月25日."""
    return wording.full_day(value) if value else ""


@register.filter
def period(value: str) -> str:
    """A period's name in words."""
    return wording.period_title(value)
