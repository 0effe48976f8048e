"""The packs that come with the checkout, read once for all tests that only look at them."""

from __future__ import annotations

from functools import cache

from zhibu.norm.model import Norm
from zhibu.norm.read import DEFAULT, installed, load


@cache
def shipped(named: str = DEFAULT) -> Norm:
    """These packs of `norms/` joined, those of the college unless others are named."""
    return load(installed(named))
