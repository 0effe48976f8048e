"""The living norm, a duty and the readings, for each role."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from zhibu.desk import findings
from zhibu.desk.actions import sign_reading
from zhibu.registers.exemptions import actions as exemptions
from zhibu.site import packs

pytestmark = pytest.mark.django_db


def signed_in(client, account):
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_an_officer_sees_every_branch_and_a_secretary_only_the_own(client, in_use, account_of):
    officer = account_of("committee_officer", in_use.committee)
    text = signed_in(client, officer).get("/norm/").content.decode()
    assert "机电工程系党支部" in text
    assert "信息工程系党支部" in text
    assert "另一学院" not in text
    secretary = account_of("branch_secretary", in_use.one)
    text = signed_in(client, secretary).get("/norm/").content.decode()
    assert "机电工程系党支部" in text
    assert "信息工程系党支部" not in text


def test_a_member_sees_only_the_own_rows_of_persons(client, in_use, account_of, system, today):
    from zhibu.registers.members import actions as members

    members.add(
        actor=system, organization=in_use.one, since=in_use.began, today=today, name="赵六", category="staff"
    )
    member = account_of("member", in_use.one, member=in_use.zhang)
    text = signed_in(client, member).get("/norm/study.reflection/").content.decode()
    assert "张三" in text
    assert "赵六" not in text
    secretary = account_of("branch_secretary", in_use.one)
    assert "赵六" in signed_in(client, secretary).get("/norm/study.reflection/").content.decode()


def test_every_article_of_both_packs_stands_on_the_page(client, in_use, account_of):
    text = signed_in(client, account_of("auditor", in_use.committee)).get("/norm/").content.decode()
    for article in packs.norm().articles:
        assert f'id="{article.id}"' in text
        for clause in article.clauses:
            assert clause.text in text


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/norm/", 9),
        ("/norm/study.weekly/", 9),
        ("/norm/study.reflection/", 10),
        ("/readings/", 6),
        ("/exemptions/", 8),
    ],
)
def test_the_number_of_queries_does_not_grow(
    client, in_use, account_of, system, today, django_assert_num_queries, address, queries
):
    from zhibu.registers.members import actions as members

    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    for number in range(3):
        browser.get(address)
        with django_assert_num_queries(queries):
            browser.get(address)
        members.add(
            actor=system,
            organization=in_use.two,
            since=in_use.began,
            today=today,
            name=f"新{number}",
            category="staff",
        )


def test_a_past_day_shows_what_was_known_then(client, in_use, account_of):
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    assert "2026年9月30日" in browser.get("/norm/?day=2026-09-30").content.decode()
    for nonsense in ("2026-13-45", "2999-01-01", "x"):
        response = browser.get(f"/norm/?day={nonsense}")
        assert response.status_code == 200
        assert "显示今天" in response.content.decode()


def test_an_unknown_duty_is_not_found(client, in_use, account_of):
    assert (
        signed_in(client, account_of("committee_officer", in_use.committee)).get("/norm/none/").status_code
        == 404
    )


def test_an_approved_exemption_shows_at_once(client, in_use, account_of, system, today):
    findings.findings(today)
    made = exemptions.apply(
        actor=system, organization=in_use.one, duty="study.weekly", duties=frozenset(packs.norm().duties),
        since=in_use.began, until=None, reason="分散办学", today=today,
    )  # fmt: skip
    of_branch = [
        f for f in findings.findings(today).findings if (f.duty, f.subject) == ("study.weekly", in_use.one.pk)
    ]
    assert of_branch
    assert not {"exempt"} & {finding.status for finding in of_branch}
    exemptions.decide(actor=system, exemption=made, approved=True, decided_by="党委会", today=today)
    rows = findings.findings(today).findings
    assert {f.status for f in rows if (f.duty, f.subject) == ("study.weekly", in_use.one.pk)} == {"exempt"}
    assert "exempt" not in {f.status for f in rows if (f.duty, f.subject) == ("study.weekly", in_use.two.pk)}
    # Yesterday nobody knew of it.
    before = findings.findings(today - timedelta(days=1)).findings
    assert "exempt" not in {f.status for f in before}


def test_what_is_renewed_after_a_write_is_what_a_whole_audit_gives(in_use, system, today):
    from zhibu.audit.relations import Asked

    findings.findings(today)
    for organization, member in ((in_use.one, None), (in_use.two, in_use.li)):
        made = exemptions.apply(
            actor=system, organization=organization, member=member, duty="*", duties=frozenset(),
            since=date(2026, 9, 1), until=None, reason="试", today=today,
        )  # fmt: skip
        exemptions.decide(actor=system, exemption=made, approved=True, decided_by="党委会", today=today)
        renewed = findings.findings(today).findings
        assert renewed == findings.run(packs.norm(), Asked(today))
        assert any(finding.status == "exempt" for finding in renewed)


def test_a_signature_ends_the_doubt(client, in_use, account_of, system, today):
    browser = signed_in(client, account_of("committee_officer", in_use.committee))
    norm = packs.norm()
    duty = next(duty for duty in norm.duties.values() if duty.readings)
    doubt = "口径尚未签字确认"
    before = browser.get("/norm/").content.decode().count(doubt)
    assert before > 0
    for reading in duty.readings:
        sign_reading(
            actor=system, reading=norm.readings[reading], signed_by="李书记", signed=today, today=today
        )
    assert browser.get("/norm/").content.decode().count(doubt) < before
    assert "李书记" in browser.get("/readings/").content.decode()


def test_only_who_may_sign_signs(client, in_use, account_of, today):
    reading = next(iter(packs.norm().readings))
    given = {"signed_by": "李书记", "signed": today.isoformat()}
    secretary = signed_in(client, account_of("branch_secretary", in_use.one))
    assert secretary.post(f"/readings/{reading}/", given).status_code == 404
    officer = signed_in(client, account_of("committee_officer", in_use.committee))
    assert officer.post(f"/readings/{reading}/", {**given, "signed": "2027-01-01"}).status_code == 409
    assert officer.post(f"/readings/{reading}/", {**given, "signed": "2999-01-01"}).status_code == 422
    assert officer.post(f"/readings/{reading}/", given).status_code == 302


def test_a_missed_week_explains_itself_and_turns_late_once_recorded(
    client, in_use, account_of, system, today
):
    from zhibu.registers.activities import actions
    from zhibu.registers.activities.actions import Draft, Line
    from zhibu.registers.activities.rules import Block

    browser = signed_in(client, account_of("branch_secretary", in_use.one))
    address = f"/norm/study.weekly/{in_use.one.pk}/2026-W38/"
    text = browser.get(address).content.decode()
    assert "未完成" in text
    assert "以后补做、补录的显示为“补办”。" in text
    wednesday = date(2026, 9, 16)
    form = f"/activities/new/?kind=study.session&amp;organization={in_use.one.pk}&amp;day={wednesday}"
    assert form in text
    made = actions.record_activity(
        actor=system, organization=in_use.one, lines=[Line(in_use.zhang.pk, in_use.one.pk, "present")], today=today,
        draft=Draft(title="集中学习", kinds=("study.session",), blocks=(Block(wednesday, "afternoon"),),
                    content="学习", late_reason="当时未录"),
    )  # fmt: skip
    text = browser.get(address).content.decode()
    assert "补办" in text
    assert "补录" in text
    assert f"/activities/{made.pk}/" in text
    # As of last month nobody knew of it.
    assert "未完成" in browser.get(f"{address}?day=2026-10-31").content.decode()


def test_a_finding_out_of_reach_is_not_found(client, in_use, account_of):
    address = f"/norm/study.weekly/{in_use.one.pk}/2026-W38/"
    assert signed_in(client, account_of("branch_secretary", in_use.two)).get(address).status_code == 404
    assert signed_in(client, account_of("committee_officer", in_use.other)).get(address).status_code == 404
    assert signed_in(client, account_of("auditor", in_use.committee)).get(address).status_code == 200
