"""Every address of the URLconf × every role: open to those listed, to nobody else; what is foreign is 404."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.permissions.addresses import gathered
from zhibu.access.roles import ROLES

pytestmark = pytest.mark.django_db

ADDRESSES = gathered()
OPEN, SHUT = {200, 302, 409, 422}, {403, 404}


def names(resolver=None, prefix=""):
    """The names of all addresses of the URLconf."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern, inner)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"


def ask(client, address, place, words, world):
    where = reverse(place.partition("#")[0], kwargs=dict(words or {}))
    query = dict(address.query(world)) if address.query else {}
    if not address.post:
        return client.get(where, query)
    # Some need no form at all and would write: what one role did is not to be seen by the next.
    with transaction.atomic():
        answer = client.post(where, query)
        transaction.set_rollback(True)
    return answer


def test_every_address_is_listed_and_every_listed_one_exists():
    in_urls = set(names())
    unlisted = in_urls - set(ADDRESSES)
    assert not unlisted, f"not in tests/permissions/addresses: {sorted(unlisted)}"
    assert not {place.partition("#")[0] for place in ADDRESSES} - in_urls


@pytest.mark.parametrize("place", sorted(ADDRESSES))
def test_it_opens_to_those_listed_and_to_nobody_else(place, client, world):
    address = ADDRESSES[place]
    wrong = {}
    for role in ROLES:
        session = world.sessions[role]
        client.cookies.load(session)
        answer = ask(client, address, place, address.own(world) if address.own else None, world)
        if answer.status_code not in (OPEN if role in address.opens_to else SHUT):
            wrong[role] = answer.status_code
        if address.foreign and not address.public:
            answer = ask(client, address, place, address.foreign(world), world)
            # Whoever may do it somewhere learns nothing of what lies elsewhere.
            if answer.status_code not in ({404} if role in address.opens_to else SHUT):
                wrong[f"{role} foreign"] = answer.status_code
    client.logout()
    answer = ask(client, address, place, address.own(world) if address.own else None, world)
    to_sign_in = answer.status_code == 302 and "/accounts/login/" in answer.headers["Location"]
    if address.public == to_sign_in:
        wrong["nobody"] = answer.status_code
    assert wrong == {}, wrong
