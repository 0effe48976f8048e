"""A page speaks of one norm, the next one of what the packs say by then."""

from __future__ import annotations

import os
import shutil

import pytest

from zhibu.norm.faults import NormRefused
from zhibu.norm.read import SHIPPED
from zhibu.site import packs


def test_a_norm_is_held_to_while_a_page_is_made(tmp_path, settings):
    folder = tmp_path / "central"
    shutil.copytree(SHIPPED / "central", folder)
    settings.NORMS = str(folder)
    with packs.held():
        before = packs.norm()
        file = folder / "norm.yaml"
        file.write_text(file.read_text(encoding="utf-8") + "unknown: true\n", encoding="utf-8")
        os.utime(file, ns=(0, 0))
        assert packs.norm() is before
    with pytest.raises(NormRefused):
        packs.norm()
