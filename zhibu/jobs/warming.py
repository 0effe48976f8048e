"""Makes ready what the first page of a day would have to reckon: once after the server's start, once after midnight.

What there is to make ready the rooms say: an app's module `work` may hold `warm()`. Pages that ask for the same
meanwhile wait for it instead of reckoning it too; where it fails, they reckon it as ever.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import date

from django.db import close_old_connections, connection

from zhibu.jobs import worker
from zhibu.site import clock

#: A new day is seen within so many seconds.
LOOKS = 30.0
_log = logging.getLogger(__name__)


def warm() -> None:
    """Let every room make ready what today's pages need; a fault of one is told, and leaves the others alone."""
    for module in worker.modules():
        if deed := getattr(module, "warm", None):
            try:
                close_old_connections()
                deed()
            except Exception:
                _log.exception("%s could not make its pages ready", module.__name__)
            finally:
                connection.close()


class Warmer(threading.Thread):
    """A thread of a server's process, beside its worker, so that no job waits for it. It ends with the process."""

    def __init__(self) -> None:
        super().__init__(name="warmer", daemon=True)

    def run(self) -> None:
        """Make ready, today and on each day that comes, until the process ends."""
        warmed: date | None = None
        while True:
            today = clock.today()
            if today != warmed:
                warmed = today
                warm()
            time.sleep(LOOKS)
