"""Articles are told in the order of the document and cited as people cite them."""

from __future__ import annotations

from tests.packs import shipped
from zhibu.norm.order import articles_in_order, cited, duties_in_order


def test_the_houses_own_pack_is_first():
    norm = shipped()
    assert [article.pack for article in articles_in_order(norm)] == ["zjkvtc"] * 20 + ["central"] * 3
    ids = [duty.id for duty in duties_in_order(norm)]
    assert len(ids) == len(set(ids)) == len(norm.duties)
    assert ids[0] == "org.branches"


def test_an_article_of_another_pack_is_cited_with_its_title():
    norm = shipped()
    assert cited(norm, ["9"]) == "第 9 条"
    assert cited(norm, ["6", "9", "c1"]) == "第 6、9 条、党支部组织生活（依党内法规）第 1 条"
    assert cited(norm, []) == ""
