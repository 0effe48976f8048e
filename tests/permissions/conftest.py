"""The world of the sweep: two committees with one object of each sort in both, an account for each role."""

from __future__ import annotations

from datetime import date
from functools import partial
from types import SimpleNamespace

import pytest

from tests.conftest import TODAY, found_college, open_account
from tests.permissions.addresses import COMMITTEE, GROUP_LEADER, READERS


def place_of(role, college):
    """Where a role is given in the sweep."""
    if role in COMMITTEE | READERS:
        return college.committee
    return college.group if role in GROUP_LEADER else college.one


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """`own` and `foreign`: organization, member, membership, post, term, account, grant, activity …

    `sessions`: each role's, signed in. Made once for the module, as nothing that a test writes outlives it.
    """
    from django.db import transaction
    from django.test import override_settings

    with (
        pytest.MonkeyPatch.context() as environment,
        override_settings(FILES=tmp_path_factory.mktemp("files")),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        environment.setenv("ZHIBU_TODAY", TODAY.isoformat())
        yield _world(TODAY)
        transaction.set_rollback(True)


def _world(today):
    from zhibu.access import roles, system_account

    system = system_account()
    college = found_college(system, today)
    account_of = partial(open_account, system, college.began)
    accounts = {
        role: account_of(
            role,
            place_of(role, college),
            member=college.zhang if role == "member" else None,
        )
        for role in roles.ROLES
    }
    for account in accounts.values():
        account.set_password("a long enough password")
        account.save(update_fields=["password"])
    person = account_of("member", college.far, member=college.foreign)
    own = _side(system, college.committee, college.one, college.zhang, accounts["member"], today)
    foreign = _side(system, college.other, college.far, college.foreign, person, today)
    accounts["applicant"].member = own.applicant
    accounts["applicant"].save(update_fields=["member"])
    return SimpleNamespace(
        own=own,
        foreign=foreign,
        sessions={role: _signed_in(account) for role, account in accounts.items()},
        college=college,
        today=today,
    )


def _signed_in(account):
    """The cookie of a session of the account."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(account)
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def _side(system, committee, branch, member, account, today):
    from zhibu.access.models import LogRow
    from zhibu.registers.members import actions as members
    from zhibu.registers.members.models import Membership
    from zhibu.registers.organizations import offices

    post = offices.appoint(
        actor=system,
        organization=branch,
        member=member,
        kind="branch_secretary",
        since=date(2020, 1, 1),
        today=today,
    )
    term = offices.start_term(actor=system, organization=branch, since=date(2025, 1, 1), today=today)
    made = SimpleNamespace(
        committee=committee,
        organization=branch,
        member=member,
        post=post,
        term=term,
        membership=Membership.objects.get(member=member),
        group=members.set_up_group(
            actor=system, branch=branch, name="另设的党小组", since=today, today=today
        ),
        applicant=members.apply(actor=system, organization=branch, since=today, today=today, name="赵新"),
        account=account,
        grant=account.grants.get(),
        exemption=_exemption(system, branch, member, today),
        **_activity(system, branch, member, today),
        **_evidence(system, branch, member, today),
        **_notices(system, committee, branch, member, today),
        **_study(system, account, branch, member, today),
    )
    made.message = _message(system, member)
    made.feed, made.feed_secret = _feed(account)
    made.log = LogRow.objects.filter(object=member.pk).latest("number")
    return made


def _notices(system, committee, branch, member, today):
    from zhibu.registers.notices import actions
    from zhibu.registers.notices.actions import Draft, Line
    from zhibu.site import clock

    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

    def write(organization, title):
        lines = [Line("organization", branch.pk, "members")]
        draft = Draft(title=title, asked="act", lines=lines)
        made = actions.save_draft(actor=system, organization=organization, draft=draft, today=today)
        file = actions.attach_file(actor=system, notice=made, name="附件.pdf", data=pdf, today=today)
        return made, file

    notice, file = write(committee, "通知")
    draft, draft_file = write(branch, "草稿")
    notice = actions.send(actor=system, notice=notice, now=clock.now())
    return {
        "notice": notice,
        "notice_file": file,
        "receipt": notice.recipients.get(member=member),
        "draft": draft,
        "draft_file": draft_file,
    }


def _message(system, member):
    from zhibu.access import action, log
    from zhibu.inbox import post
    from zhibu.inbox.models import Message

    @action("tests.post")
    def send():
        post([member], kind="other", title="消息", link="/inbox/")
        log(system, "tests.post", system, before=None, after=None)

    send()
    return Message.objects.get(member=member, kind="other")


def _activity(system, branch, member, today):
    from zhibu.registers.activities import actions
    from zhibu.registers.activities.actions import Draft, Line
    from zhibu.registers.activities.rules import Block

    activity = actions.record_activity(
        actor=system,
        organization=branch,
        draft=Draft(
            title="集体学习日",
            kinds=("four.study", "study.session"),
            blocks=(Block(date(2026, 11, 18), "afternoon"),),
            content="学习",
        ),
        lines=[Line(member.pk, branch.pk, "leave", "病假")],
        today=today,
    )
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    file = actions.attach_file(actor=system, activity=activity, name="签到.pdf", data=pdf, today=today)
    return {"activity": activity, "attendance": activity.attendances.get(), "file": file}


def _evidence(system, branch, member, today):
    from zhibu.registers.evidence import actions
    from zhibu.registers.evidence.actions import Draft

    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    made = {}
    dues = {"member": member, "amount": 5000}
    for name, kind, given in (
        ("entry", "room.books", {}),
        ("paid", "dues.paid", dues),
        ("due", "dues.due", dues),
    ):
        draft = Draft(kind=kind, organization=branch, day=date(2026, 9, 1), **given)
        made[name] = actions.record_entry(actor=system, draft=draft, today=today)
        paper = "paper" if name == "entry" else f"{name}_paper"
        made[paper] = actions.attach_file(
            actor=system, entry=made[name], name="照片.pdf", data=pdf, today=today
        )
    return made


def _feed(account):
    from zhibu.desk.calendar import actions

    return actions.make_feed(actor=account, name="手机")


def _study(system, account, branch, member, today):
    """A reflection and a training that the member handed in and that wait, and a sheet that names the member."""
    from zhibu.registers.education import actions, kinds, rules

    quarter = rules.period_of("quarter", today)
    reflection = actions.hand_in_reflection(
        actor=account,
        organization=branch,
        member=member,
        draft=actions.ReflectionDraft(period=quarter, day=today, body="体会"),
        today=today,
    )
    training = actions.enter_training(
        actor=account,
        organization=branch,
        member=member,
        draft=actions.TrainingDraft("网络学习", date(2026, 10, 9), date(2026, 10, 9), 480),
        file=("证书.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"),
        today=today,
    )
    sheet = actions.record_sheet(
        actor=system,
        kind=kinds.CHECK,
        organization=branch,
        period=quarter,
        day=today,
        marks=[actions.Mark(member)],
        today=today,
    )
    certificate = training.attachments.get()
    return {"reflection": reflection, "training": training, "sheet": sheet, "certificate": certificate}


def _exemption(system, branch, member, today):
    from zhibu.registers.exemptions import actions

    return actions.apply(
        actor=system,
        organization=branch,
        member=member,
        duty="study.hours",
        duties=frozenset({"study.hours"}),
        since=today,
        until=None,
        reason="长期病假",
        today=today,
    )
