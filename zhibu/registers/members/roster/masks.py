"""Covering what few may see in exports: by the members' own rules, number by number."""

from __future__ import annotations

from collections.abc import Callable

from zhibu.registers.members.rules import masked_id_number, masked_phone


def mask_telephones(numbers: str) -> str:
    """13812345678、0313-1234567 → each with its middle hidden."""
    return "、".join(masked_phone(one) for one in numbers.split("、"))


MASKS: dict[str, Callable[[str], str]] = {
    "id_number": masked_id_number,
    "mobile": mask_telephones,
    "landline": mask_telephones,
}
