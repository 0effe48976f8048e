"""Coded profile fields: the code is kept, words are read and chosen."""

from __future__ import annotations

import pytest
from django.urls import reverse

from zhibu.registers.members import actions as members
from zhibu.registers.members import words
from zhibu.registers.members.models import Member

pytestmark = pytest.mark.django_db


def test_codes_are_read_as_words_and_other_texts_as_they_are():
    assert words.word("ethnicity", "01") == "汉族"
    assert words.word("education", "21") == "大学"
    assert words.word("work_post", "0212") == "事业单位专业技术岗位"
    assert words.word("education", "大学（在职）") == "大学（在职）"
    assert words.word("degree", "11") == "11"  # 学位 is a text, no code
    assert words.word("ethnicity", "") == ""


def test_pages_form_and_log_speak_in_words(client, system, college, account_of, today):
    client.force_login(account_of("committee_officer", college.committee))
    members.change_profile(
        actor=system, member=college.zhang, today=today, ethnicity="01", education="老写法", work_post="0212"
    )
    page = client.get(reverse("member", args=[college.zhang.pk])).content.decode()
    assert "<dt>民族</dt><dd>汉族</dd>" in page
    assert "<dd>事业单位专业技术岗位</dd>" in page
    address = reverse("member_change", args=[college.zhang.pk])
    form = client.get(address).context["form"]
    assert form["ethnicity"].value() == "01"
    assert 'value="01" selected>汉族' in str(form["ethnicity"])
    assert "老写法" in str(form["education"])  # what the list does not know is not lost
    given = {name: form[name].value() or "" for name in form.fields}
    answer = client.post(address, given | {"ethnicity": "03"})
    assert answer.status_code == 302, answer.context["form"].errors
    member = Member.objects.get(pk=college.zhang.pk)
    assert (member.ethnicity, member.education) == ("03", "老写法")
    assert client.post(address, given | {"ethnicity": "回"}).status_code == 422
    from zhibu.access.models import LogRow

    row = client.get(reverse("log_row", args=[LogRow.objects.latest("number").number])).content.decode()
    assert '<td data-title="原来">汉族</td><td data-title="现在">回族</td>' in row
