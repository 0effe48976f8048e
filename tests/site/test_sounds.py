"""By what names are found: text, pinyin, initials; what is marked of them; the column that keeps it."""

from __future__ import annotations

import pytest
from django.apps import apps

from zhibu.registers.members import names
from zhibu.registers.members.models import Member
from zhibu.registers.organizations import actions as organizations
from zhibu.site import sounds
from zhibu.site.found_by import COLUMN, FoundBy, best
from zhibu.site.inserting import insert_new


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("张三", "|张三|zhangsan|zs|"),
        ("《党章》 学习", "|党章学习|dangzhangxuexi|dzxx|"),
        ("重庆 2026年", "|重庆2026年|chongqing2026nian|cq2026n|"),
        ("Ａb%_'\"\x07😀", "|ab|"),
        ("😀，。|", ""),
        ("", ""),
    ],
)
def test_keys_are_text_pinyin_and_initials_without_marks(text, kept):
    assert sounds.keys(text) == kept


def test_names_of_a_row_stand_side_by_side_each_once():
    assert sounds.keys("党课", None, "301", "301") == "|党课|dangke|dk|301|"
    assert len(sounds.keys("学" * 1000)) < 1000


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("  Zhang’San ", ("zhangsan",)),
        ("zhang san", ("zhang", "san")),
        ("%_\"';--", ()),
        ("\x01\t😀", ()),
        ("一 " * 40, ("一",) * sounds.MOST_WORDS),
        ("学" * 5000, ("学" * sounds.MOST_ASKED,)),
    ],
)
def test_what_is_asked_becomes_a_few_words(asked, words):
    assert sounds.words(asked) == words


@pytest.mark.parametrize(
    ("asked", "rank"),
    [
        ("张三", 0),
        ("zs", 0),
        ("zhang san", 0),
        ("zhangs", 1),
        ("三", 2),
        ("san zhang", 2),
        ("li", None),
        ("", None),
    ],
)
def test_a_whole_key_comes_before_a_beginning_before_a_part(asked, rank):
    assert sounds.rank(sounds.keys("张三"), sounds.words(asked)) == rank


@pytest.mark.parametrize(
    ("text", "asked", "marked"),
    [
        ("张三", "zs", ["张三"]),
        ("张三", "zhangs", ["张三"]),
        ("张三", "san", ["三"]),
        ("关于《党章》学习的通知", "dzxx", ["党章", "学习"]),
        ("关于《党章》学习的通知", "党章学习", ["党章", "学习"]),
        ("机电支部 ABC", "ab 支部", ["支部", "AB"]),
        ("张三", "李", []),
        ("<b>张</b>", "b", ["b"]),
    ],
)
def test_what_was_found_is_marked(text, asked, marked):
    pieces = sounds.marked(text, sounds.words(asked))
    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, hit in pieces if hit] == marked


def test_a_surname_sounds_as_a_surname_and_is_found_by_both_sounds():
    assert names.sounds("曾雪") == ("zengxue", "zx")
    assert names.sounds("单于丹") == ("shanyudan", "syd")
    assert names.sounds("乐山大佛寺")[0].startswith("leshan")
    kept = FoundBy("name", "pinyin", "initials", "number")
    row = Member(name="曾雪", pinyin="zengxue", initials="zx", number="T1")
    assert kept.names == ("name", "pinyin", "initials", "number")
    assert Member._meta.get_field(COLUMN).pre_save(row, True) == "|曾雪|cengxue|cx|zengxue|zx|t1|"


@pytest.mark.django_db
def test_every_way_of_writing_a_row_keeps_the_column(college):
    assert Member.objects.get(pk=college.zhang.pk).found_by == "|张三|zhangsan|zs|1001|"
    insert_new([Member(id="m1", name="赵六", pinyin="zhaoliu", initials="zl")])
    assert Member.objects.get(pk="m1").found_by == "|赵六|zhaoliu|zl|"
    organizations.describe(actor=_system(), organization=college.one, short_name="机电", number="01")
    college.one.refresh_from_db()
    assert college.one.found_by == "|机电|jidian|jd|01|"


def _system():
    from zhibu.access import system_account

    return system_account()


@pytest.mark.django_db
def test_the_log_keeps_nothing_derived(college):
    from zhibu.access import snapshot

    kept = [
        model for model in apps.get_models() if any(isinstance(one, FoundBy) for one in model._meta.fields)
    ]
    assert {model._meta.model_name for model in kept} >= {
        "member",
        "activity",
        "entry",
        "placement",
        "organization",
    }
    for row in (college.zhang, college.one, college.one.latest_placement()):
        assert COLUMN not in snapshot(row)


@pytest.mark.django_db
def test_rows_are_found_in_the_order_of_their_rank(college):
    insert_new([
        Member(id="m1", name="张三丰", pinyin="zhangsanfeng", initials="zsf"),
        Member(id="m2", name="周小三", pinyin="zhouxiaosan", initials="zxs"),
    ])  # fmt: skip
    rows, order = Member.objects.all(), ("pinyin", "pk")
    names = {one.pk: one.name for one in rows}

    def found(text, most=9):
        return [(names[pk], rank) for pk, rank in best(rows, sounds.words(text), most, order).items()]

    assert found("zs") == [("张三", 0), ("张三丰", 1)]
    assert found("三 z") == [("张三", 2), ("张三丰", 2), ("周小三", 2)]
    # However few are asked for, the best are among them.
    assert found("san", 1) == [("张三", 2)]
    assert found("zhangsanfeng", 1) == [("张三丰", 0)]
    assert found("zxs", 1) == [("周小三", 0)]
    assert found("查无此人") == []
