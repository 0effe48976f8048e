"""The template tags of the look: status with its word, bars of cells, icons, dates, masks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from django import template
from django.template import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zhibu.audit.relations import STATUS_TITLES
from zhibu.site import wording
from zhibu.site.navigation import installed, places

register = template.Library()

#: Words of the states that pages show: the audit's six, a reading not yet signed, nothing owed.
STATE_TITLES: Mapping[str, str] = {**STATUS_TITLES, "unsigned": "口径待确认", "nothing owed": "无须履行"}
LEGEND = ("met", "late", "open", "missed", "exempt", "no rule", "unsigned")
#: Past so many cells a bar shows proportions (look/README).
MOST_CELLS = 40


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


@register.inclusion_tag("site/cells.html")
def cells(bar: Iterable[Cell], label: str, address: str = "") -> dict[str, object]:
    """A bar of one cell per organization, a proportional bar past forty; a single cell shows its word."""
    found = list(bar)
    shown: dict[str, Any] = {"label": label, "address": address}
    if len(found) == 1:
        only = found[0]
        shown["single"] = {"name": state_class(only.state), "title": STATE_TITLES.get(only.state, only.state)}
        shown["single"].update(label=only.label, address=only.address)
    elif len(found) > MOST_CELLS:
        shown["parts"] = proportions([cell.state for cell in found])
    else:
        shown["cells"] = [(state_class(cell.state), cell.label, cell.address) for cell in found]
    return shown


def proportions(states: list[str]) -> list[dict[str, object]]:
    """The parts of a proportional bar in the order of the legend: start and width in percent, count, word."""
    parts: list[dict[str, object]] = []
    before = 0
    for state in (*LEGEND, "nothing owed"):
        if count := states.count(state):
            start, width = before * 100 / len(states), count * 100 / len(states)
            title = f"{STATE_TITLES[state]} {count} 个"
            parts.append(
                {"name": state_class(state), "start": f"{start:.3f}", "width": f"{width:.3f}", "title": title}
            )
            before += count
    return parts


@register.simple_tag
def icon(name: str) -> SafeString:
    """A Tabler icon from the sprite that `zhibu assets` builds (names: zhibu/commands/assets.py)."""
    address = static("vendor/icons.svg")
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', address, name)


@register.inclusion_tag("site/navigation.html", takes_context=True)
def navigation(context: Context) -> dict[str, object]:
    """The navigation with the current place marked, and who is signed in."""
    request = context["request"]
    reader = request.user
    return {
        "groups": places(request.path),
        "reader": str(reader),
        "house": getattr(reader, "house", ""),
        "account_address": "/accounts/" if installed("/accounts/") else "",
        "sign_out_address": "/accounts/logout/" if installed("/accounts/logout/") else "",
        "csrf_token": context.get("csrf_token"),
    }


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


@register.filter
def mask_identity(value: str | None) -> str:
    """An identity number with its middle hidden."""
    return wording.masked_identity(value or "")


@register.filter
def mask_phone(value: str | None) -> str:
    """A telephone number with its middle hidden."""
    return wording.masked_phone(value or "")
