"""The order in which articles and duties are told, that of the document, and how articles are cited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from zhibu.norm.model import Article, Duty, Norm


def articles_in_order(norm: Norm) -> list[Article]:
    """All articles in the order of the norm: the house's own pack, which has the most, first."""
    size = Counter(article.pack for article in norm.articles)
    return sorted(norm.articles, key=lambda article: -size[article.pack])


def duties_in_order(norm: Norm) -> list[Duty]:
    """The duties article by article, each once."""
    listed = [
        duty for article in articles_in_order(norm) for clause in article.clauses for duty in clause.duties
    ]
    return [norm.duties[duty] for duty in dict.fromkeys([*listed, *norm.duties])]


def article_number(article: str) -> str:
    """The number of an article without the letters that tell packs apart."""
    return article.lstrip("abcdefghijklmnopqrstuvwxyz") or article


def cited(norm: Norm, articles: Iterable[str]) -> str:
    """Articles as they are cited: by number; those of another pack than the house's with its title."""
    ordered = articles_in_order(norm)
    packs = {one.id: one.pack for one in ordered}
    by_pack: dict[str, list[str]] = {}
    for article in articles:
        by_pack.setdefault(packs.get(article, ""), []).append(article_number(article))
    titles = {id: "" if id == ordered[0].pack else pack.title for id, pack in norm.packs.items()}
    return "、".join(f"{titles.get(pack, '')}第 {'、'.join(numbers)} 条" for pack, numbers in by_pack.items())
