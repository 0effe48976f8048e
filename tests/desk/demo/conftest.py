"""The demo college, built once for all tests that look at it (mark them `xdist_group("demo")`)."""

from __future__ import annotations

import pytest

from tests.conftest import TODAY
from zhibu.desk.demo.build import PACK, SEED, build
from zhibu.desk.demo.history import history
from zhibu.desk.demo.ids import Ids
from zhibu.site import packs


@pytest.fixture(scope="package")
def demo(django_db_setup, django_db_blocker):
    """The demo in the database, taken away again when the tests of this folder are done."""
    from django.db import connection, transaction

    from zhibu.access import system_account

    with django_db_blocker.unblock(), transaction.atomic():
        build(actor=system_account(), norm=packs.norm(), today=TODAY)
        # Looked at now, or PostgreSQL would look at all its references at the end of every test.
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="package")
def plan():
    """What the demo is built from: the college, its two years, the ids."""
    college, year = history(SEED, TODAY.year, packs.norm().packs[PACK].calendar)
    return college, year, Ids(college, year)
