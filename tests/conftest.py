"""What all tests share: options, a small committee, accounts."""

from __future__ import annotations

import gc
from datetime import date
from functools import partial
from types import SimpleNamespace

import pytest
from hypothesis import settings

from tests.houses import Migrated
from tests.recorded import recorded

# A loaded machine is slow at times: an example has no deadline.
settings.register_profile("zhibu", deadline=None)
settings.load_profile("zhibu")

TODAY = date(2026, 11, 23)


def pytest_collection_finish():
    """What was imported lives as long as the tests: the collector of cycles need not look at it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


def pytest_sessionfinish():
    gc.unfreeze()


def pytest_make_parametrize_id(val, argname):
    """Bytes are named by their argument: an archive holds the second it was made in, and two workers the same tests."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture
def today(monkeypatch):
    """The day of the tests, a Monday."""
    monkeypatch.setenv("ZHIBU_TODAY", TODAY.isoformat())
    return TODAY


@pytest.fixture(scope="session")
def migrated(tmp_path_factory):
    """Houses for tests of several processes (mark them `xdist_group("houses")`)."""
    made = Migrated(tmp_path_factory.mktemp("houses"))
    yield made
    made.close()


@pytest.fixture
def system(db):
    """The deployment's own account."""
    from zhibu.access import system_account

    return system_account()


def found_college(system, today):
    """A committee with branches 机电 and 信息, a group below 机电; another committee with a branch.

    Each branch has a member of its own: `zhang` in 机电, `li` in 信息, `foreign` in the other committee's.
    """
    from zhibu.registers.members import actions as members
    from zhibu.registers.organizations import actions as organizations

    began = date(2020, 1, 1)

    def organization(name, kind, parent=None, category=None):
        return organizations.establish(
            actor=system, name=name, kind=kind, parent=parent, category=category, since=began
        )

    def member(name, place, number, category="staff"):
        return members.add(
            actor=system,
            organization=place,
            since=began,
            today=today,
            name=name,
            number=number,
            category=category,
            mobile="13800001234",
        )

    committee = organization("示例学院党委", "committee")
    one = organization("机电工程系党支部", "branch", committee, "staff")
    two = organization("信息工程系党支部", "branch", committee, "staff")
    group = organization("机电第一党小组", "group", one)
    other = organization("另一学院党委", "committee")
    far = organization("另一学院第一党支部", "branch", other, "staff")
    return SimpleNamespace(
        began=began,
        committee=committee,
        one=one,
        two=two,
        group=group,
        other=other,
        far=far,
        zhang=member("张三", one, "1001"),
        li=member("李四", two, "1002"),
        foreign=member("王五", far, "2001"),
    )


def open_account(system, since, role, organization, member=None, username=None):
    """An account with a role at an organization since a day (and, if given, for a member)."""
    from zhibu.access import accounts

    made = accounts.create_account(
        actor=system, username=username or f"{role}-{organization.pk[-4:]}", name=role, member=member
    )
    accounts.grant(actor=system, account=made, role=role, organization=organization, since=since)
    return made


@pytest.fixture
def college(system, today):
    """`found_college`, for one test."""
    return recorded("college", partial(found_college, system, today))


@pytest.fixture
def account_of(system, college):
    """Makes an account with a role at an organization (and, if given, for a member)."""
    return partial(open_account, system, college.began)
