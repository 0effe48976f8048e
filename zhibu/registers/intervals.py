"""Rows that hold for a time: [since, until), `until` empty = still."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q


def in_force(day: date, prefix: str = "") -> Q:
    """The rows in force on `day`; `prefix` leads to them from another model, e.g. `posts__`."""
    return Q(**{f"{prefix}since__lte": day}) & (
        Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gt": day})
    )


def ends_after_it_begins(table: str) -> models.CheckConstraint:
    """The constraint that `until` lies after `since`."""
    return models.CheckConstraint(
        condition=Q(until__isnull=True) | Q(until__gt=F("since")), name=f"{table}_ends_after_it_begins"
    )


class Interval(models.Model):
    """A row with the days on which it holds."""

    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)

    class Meta:
        abstract = True

    def holds(self, day: date) -> bool:
        """True when `day` lies in [since, until)."""
        return self.since <= day and (self.until is None or day < self.until)
