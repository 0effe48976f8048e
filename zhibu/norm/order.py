"""The order in which articles and duties are told: that of the document."""

from __future__ import annotations

from collections import Counter

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
