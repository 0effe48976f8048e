"""What the worker does here by the hour: reminders that are due. `zhibu remind` does the same once."""

from __future__ import annotations

from zhibu.access import system_account
from zhibu.registers.notices import actions
from zhibu.site import clock


def hourly() -> None:
    """Send the reminders that are due and were not sent."""
    actions.remind_all(actor=system_account(), now=clock.now())
