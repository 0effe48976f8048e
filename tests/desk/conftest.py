"""A college that is in use since September 1, 2026; nothing kept from one test to the next."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.desk import findings
from zhibu.registers.organizations.models import FirstDayOfUse


@pytest.fixture
def in_use(college):
    findings.forget()
    FirstDayOfUse.objects.create(organization=college.committee, since=date(2026, 9, 1), pack="*")
    yield college
    findings.forget()
