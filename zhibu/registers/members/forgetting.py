"""What is personal of someone goes with the person (销毁个人信息): words and files of the records about them.

A model about a member names in `personal_words` those of its columns that are personal; that and when something
was stays, so that past findings do not change.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model

from zhibu.registers.members.models import Member
from zhibu.site import uploads


def destroy_words(member: Member) -> None:
    """Empty the personal words of all records about the member, let go of their files, and take what the records
    were called off those that refer to them. Inside an action.
    """
    gone: set[str] = set()
    digests: set[str] = set()
    for model in apps.get_models():
        words = getattr(model, "personal_words", ())
        for row in model._default_manager.filter(member=member) if words else ():
            gone.add(str(row.pk))
            digests |= _let_go_of_files(row)
            _empty(row, words)
    for model in _with_field("ref_title"):
        for row in model._default_manager.filter(ref__in=gone).exclude(ref_title=""):
            _empty(row, ("ref_title",))
    transaction.on_commit(lambda: _remove(digests))


def _empty(row: Model, words: Iterable[str]) -> None:
    filled = [name for name in words if getattr(row, name)]
    for name in filled:
        setattr(row, name, "")
    if filled:
        row.save()


def _let_go_of_files(row: Any) -> set[str]:
    """Delete the rows that name files of the record; gives the hashes of their content."""
    digests: set[str] = set()
    for relation in row._meta.related_objects:
        if relation.related_model in _with_field("content_type"):
            files = getattr(row, relation.get_accessor_name()).all()
            digests |= set(files.values_list("digest", flat=True))
            files.delete()
    return digests


def _with_field(name: str) -> list[type[Model]]:
    """The tables of ours that have a column of that name."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("zhibu.")
        and any(field.name == name for field in model._meta.concrete_fields)
    ]


def _remove(digests: set[str]) -> None:
    """Remove content that no record names any more: the same file may be attached elsewhere."""
    named: set[str] = set()
    for model in _with_field("content_type"):
        named.update(model._default_manager.filter(digest__in=digests).values_list("digest", flat=True))
    for digest in digests - named:
        uploads.remove(settings.FILES, digest)
