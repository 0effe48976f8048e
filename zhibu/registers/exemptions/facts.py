"""What this register proves to the audit: the state `exemption`, once approved."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, IntegerField, QuerySet, Value

from zhibu.registers.exemptions.models import Exemption


def exemptions() -> QuerySet[Any, Any]:
    """`exemption`: ref = the duty, or `*`."""
    return Exemption.objects.filter(stage=Exemption.Stage.APPROVED).values_list(
        Value("exemption", output_field=CharField()),
        "organization_id",
        "member_id",
        "since",
        "until",
        Value(None, output_field=IntegerField()),
        F("duty"),
        "recorded",
    )


EVENTS: tuple[Any, ...] = ()
STATES = (exemptions,)
