"""The forms of the tree."""

from __future__ import annotations

from typing import Any

from django import forms

from zhibu.access import scope
from zhibu.access.forms import DAY, OrganizationField
from zhibu.access.models import Account
from zhibu.registers.members.choosing import PersonField
from zhibu.registers.organizations import rules
from zhibu.registers.organizations.models import Category, Kind, Organization, PostKind
from zhibu.site import packs

BLANK = [("", "—")]


def _day(label: str, required: bool = True, help_text: str = "") -> forms.DateField:
    return forms.DateField(label=label, widget=DAY, required=required, help_text=help_text)


class EstablishForm(forms.Form):
    """A new organization."""

    parent = OrganizationField(label="上级党组织", verb="organizations.establish")
    kind = forms.ChoiceField(label="类型", choices=Kind.choices, initial=Kind.BRANCH)
    name = forms.CharField(label="名称", max_length=120, help_text="全称，例如：机电工程系党支部")
    category = forms.ChoiceField(label="类别", choices=BLANK + Category.choices, required=False)
    since = _day("设立日期")
    number = forms.CharField(label="编号", max_length=40, required=False)
    short_name = forms.CharField(label="简称", max_length=60, required=False)
    phone = forms.CharField(label="联系电话", max_length=40, required=False)

    def __init__(self, *args: Any, reader: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].narrow(reader)  # type: ignore[attr-defined]


class ChangeForm(forms.Form):
    """Another name, parent, kind or category from a day on."""

    name = forms.CharField(label="名称", max_length=120)
    parent = OrganizationField(label="上级党组织", verb="organizations.move", required=False)
    kind = forms.ChoiceField(label="类型", choices=Kind.choices)
    category = forms.ChoiceField(label="类别", choices=BLANK + Category.choices, required=False)
    since = _day(
        "自哪一天起", help_text="这一天之前仍按原来的名称和隶属计算；要更正写错的内容，请填原来的开始日期"
    )

    def __init__(self, *args: Any, reader: Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].narrow(reader)  # type: ignore[attr-defined]


class DescribeForm(forms.ModelForm):  # type: ignore[type-arg]
    """What has no dates."""

    class Meta:
        model = Organization
        fields = ("number", "short_name", "phone", "founded")
        widgets = {"founded": DAY}


class DissolveForm(forms.Form):
    """From which day it no longer stands."""

    until = _day("撤销日期", help_text="当日起不再存在。须先把党员转出、把下级改隶或撤销")


#: Posts that only schools have: offered where a pack lists them.
OF_SCHOOLS = (PostKind.PRESIDENT, PostKind.COLLEGE_LEADER)


class AppointForm(forms.Form):
    """A post for a member."""

    member = PersonField("人员")
    kind = forms.ChoiceField(label="职务")
    portfolio = forms.CharField(
        label="分工", max_length=60, required=False, help_text="例如：组织委员、宣传委员、纪检委员"
    )
    since = _day("任职日期")
    until = _day("免职日期", required=False, help_text="仍在任的不填")
    document = forms.CharField(label="任免文号", max_length=120, required=False)

    def __init__(self, *args: Any, reader: Account, place_kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = scope.members(reader).order_by("pinyin", "pk")  # type: ignore[attr-defined]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (kind.value, kind.label)
            for kind in PostKind
            if place_kind in rules.POST_PLACES[kind.value]
            and (kind not in OF_SCHOOLS or f"post.{kind}" in packs.norm().kinds)
        ]


class RelieveForm(forms.Form):
    """The end of a post."""

    until = _day("免职日期", help_text="当日起不再担任")
    document = forms.CharField(label="任免文号", max_length=120, required=False)


class TermForm(forms.Form):
    """A term of office."""

    since = _day("本届起始日期", help_text="一般为选举产生之日")
    number = forms.IntegerField(label="第几届", min_value=1, max_value=99, required=False)
    until = _day(
        "经批准的届满日期", required=False, help_text="只在上级批准提前或延期时填写；不填即按规范的年限"
    )
    approval = forms.CharField(label="批复文号", max_length=120, required=False)


class TermEndForm(forms.Form):
    """Another approved end."""

    until = _day("经批准的届满日期", required=False, help_text="不填即按规范的年限")
    approval = forms.CharField(label="批复文号", max_length=120, required=False)


class EstablishmentForm(forms.Form):
    """How many staff posts."""

    people = forms.IntegerField(label="编制人数", min_value=1, max_value=1_000_000)
    since = _day("自哪一天起")
    document = forms.CharField(label="依据", max_length=120, required=False)


def _packs() -> list[tuple[str, str]]:
    return [("*", "全部规范包"), *((pack.id, pack.title) for pack in packs.norm().packs.values())]


class FirstDayForm(forms.Form):
    """From which day a pack is followed."""

    since = _day("启用日期", help_text="这一天之前的工作不作要求；以前的记录仍可补录")
    pack = forms.ChoiceField(label="规范包", initial="*", choices=_packs)


class CorrectForm(forms.Form):
    """The days of a row that were written wrong."""

    since = _day("起")
    until = _day("止", required=False, help_text="当日起不再有效；不填即至今")
    reason = forms.CharField(label="更正原因", max_length=120)
