"""`@action`: one verb, one transaction, with its log row; the only way to write."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

from zhibu.site.identifiers import new_id

P = ParamSpec("P")
R = TypeVar("R")

#: How many rows each action now running has logged, outermost first.
_running: ContextVar[tuple[list[int], ...]] = ContextVar("running", default=())
#: The id of the outermost action now running: what was done together is undone together.
_deed: ContextVar[str] = ContextVar("deed", default="")

#: Where the ids of outermost actions are noted as they succeed (`noting`).
_noted: ContextVar[list[str] | None] = ContextVar("noted", default=None)

#: Counts the writes of this process, so that what is remembered with an account is not believed past a write.
_writes = 0


def version() -> int:
    """Differs after any write of this process."""
    return _writes


def require_open() -> None:
    """Raise RuntimeError outside an action."""
    if not _running.get():
        raise RuntimeError("log() outside an action: decorate the writing function with @action(verb)")


def deed() -> str:
    """The id of the outermost action now running."""
    return _deed.get()


@contextmanager
def noting() -> Iterator[list[str]]:
    """The ids of the deeds that succeed inside: what a notice offers to undo."""
    deeds: list[str] = []
    token = _noted.set(deeds)
    try:
        yield deeds
    finally:
        _noted.reset(token)


def note_logged(rows: int) -> None:
    """Count log rows for every action that is running."""
    global _writes
    _writes += 1
    for count in _running.get():
        count[0] += rows


def _take_turn() -> None:
    """Wait until no other action runs. SQLite does so by itself, as its transactions are IMMEDIATE."""
    if connection.features.has_select_for_update:
        from zhibu.access import chain

        chain.head(lock=True)


def action(verb: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Mark a function as the writer of `verb`: it runs in one transaction and must log.

    If it logs nothing: RuntimeError, and nothing stands.

    Actions may call actions; all stand or fall together. One action at a time runs in a deployment: what it
    checks first still holds when it writes, and no two wait for each other.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def write(*args: P.args, **kwargs: P.kwargs) -> R:
            count = [0]
            outermost = _deed.set(new_id()) if not _running.get() else None
            token = _running.set((*_running.get(), count))
            try:
                with transaction.atomic():
                    if outermost is not None:
                        _take_turn()
                    result = function(*args, **kwargs)
                    if not count[0]:
                        raise RuntimeError(
                            f"{function.__module__}.{function.__name__} ({verb}) wrote no log row"
                        )
                if outermost is not None and (noted := _noted.get()) is not None:
                    noted.append(_deed.get())
                return result
            finally:
                _running.reset(token)
                if outermost is not None:
                    _deed.reset(outermost)

        write.verb = verb  # type: ignore[attr-defined]
        return write

    return decorate
