"""Tests that share what is dear to make (`xdist_group`) run in one worker: without that each makes it itself."""

from __future__ import annotations

import os

import pytest


@pytest.mark.xdist_group("told")
def test_a_worker_knows_the_groups(request):
    in_worker = "PYTEST_XDIST_WORKER" in os.environ
    assert request.node.nodeid.endswith("@told" if in_worker else "groups")
