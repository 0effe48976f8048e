"""Wakes the worker of this process when a job was put in line; other processes look from time to time."""

from __future__ import annotations

from threading import Event

called = Event()


def wake() -> None:
    """There is something to do."""
    called.set()
