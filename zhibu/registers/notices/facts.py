"""What this register proves to the audit: nothing. No duty of the packs asks for a notice or its receipt.

Public notice of an activity (恳谈会信息公布) is a paper of the activity.
"""

from __future__ import annotations

from typing import Any

EVENTS: tuple[Any, ...] = ()
STATES: tuple[Any, ...] = ()
