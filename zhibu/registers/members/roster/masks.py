"""Covering what few may see: enough stays to recognise a record by, too little to use it."""

from __future__ import annotations

from collections.abc import Callable


def mask_identity(number: str) -> str:
    """11010519491231002X → 110***********002X; anything else is covered whole."""
    return number if not number else f"{number[:3]}***********{number[-4:]}" if len(number) == 18 else "***"


def mask_telephone(numbers: str) -> str:
    """13812345678 → 138****5678; each of several."""
    return "、".join(
        f"{one[:3]}****{one[-4:]}" if len(one) > 7 else "****" for one in numbers.split("、") if one
    )


MASKS: dict[str, Callable[[str], str]] = {
    "id_number": mask_identity,
    "mobile": mask_telephone,
    "landline": mask_telephone,
}
