"""The original sentences that a deployment keeps beside our wording (`zhibu norm attach`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from zhibu.norm.model import Norm
from zhibu.norm.text import attached, split


def originals(norm: Norm) -> Mapping[str, str]:
    """Clause id → original sentence, of every pack with its text attached; read again when a file changes."""
    found: dict[str, str] = {}
    for pack in norm.packs:
        path = attached(Path(settings.VAR), pack)
        if path.exists():
            clauses = {
                clause.id for article in norm.articles if article.pack == pack for clause in article.clauses
            }
            sentences = _sentences(path, path.stat().st_mtime_ns)
            found.update({clause: text for clause, text in sentences if clause in clauses})
    return found


@lru_cache(maxsize=8)
def _sentences(path: Path, changed: int) -> tuple[tuple[str, str], ...]:
    articles = split(path.read_text(encoding="utf-8"))
    return tuple((sentence.id, sentence.text) for article in articles for sentence in article.sentences)
