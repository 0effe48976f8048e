"""What the benchmarks of a deployment do, in the demo: writes are taken, the loop finds what the audit finds."""

from __future__ import annotations

import pytest

from benchmarks import college, desk
from tests.conftest import TODAY
from zhibu.registers.organizations.models import Organization

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]


def test_the_loop_gives_the_audits_findings(demo, capsys):
    assert college.ratio_to_loop(TODAY, each=6) > 1
    assert "equal findings" in capsys.readouterr().out


def test_a_page_after_each_write_is_measured(demo, capsys):
    assert college.after_write(TODAY).wall > 0
    assert "after one write" in capsys.readouterr().out


def test_the_writes_of_the_desk_are_taken(demo):
    branch = Organization.objects.get(number="09").pk
    for name, write in desk.writes(branch).items():
        assert write() is None, name
