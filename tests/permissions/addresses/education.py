"""Addresses of study, in the register and on the desk."""

from __future__ import annotations

from tests.permissions.addresses import (
    ADMINISTRATOR,
    BRANCH,
    GROUP_LEADER,
    MEMBER,
    OFFICER,
    READERS,
    Address,
)

WRITES = OFFICER | BRANCH
READS = ADMINISTRATOR | WRITES | READERS
#: A member sees the own.
LISTS = READS | MEMBER


def _of(name):
    return {
        "own": lambda world: {"identity": getattr(world.own, name).pk},
        "foreign": lambda world: {"identity": getattr(world.foreign, name).pk},
    }


def _files(side):
    return lambda world: {"sort": "trainings", "identity": getattr(world, side).training.pk}


ADDRESSES = {
    "desk:hours": Address(LISTS),
    "desk:study": Address(READS | MEMBER, **_of("member")),
    "desk:check": Address(WRITES),
    "make_up_list": Address(WRITES | GROUP_LEADER),
    "education_new": Address(WRITES | MEMBER, query=lambda world: {"kind": "study.reflection"}),
    "education_reflections": Address(LISTS),
    "education_reflection_new": Address(WRITES | MEMBER),
    "education_papers": Address(WRITES),
    "education_reflection": Address(READS | MEMBER, **_of("reflection")),
    "education_reflection_edit": Address(WRITES | MEMBER, **_of("reflection")),
    "education_reflection_read": Address(WRITES, **_of("reflection"), post=True),
    "education_reflection_return": Address(WRITES, **_of("reflection")),
    "education_reflection_withdraw": Address(WRITES | MEMBER, **_of("reflection")),
    "education_trainings": Address(LISTS),
    "education_training_new": Address(WRITES | MEMBER),
    "education_training": Address(READS | MEMBER, **_of("training")),
    "education_training_edit": Address(WRITES | MEMBER, **_of("training")),
    "education_training_confirm": Address(WRITES, **_of("training"), post=True),
    "education_training_return": Address(WRITES, **_of("training")),
    "education_training_withdraw": Address(WRITES | MEMBER, **_of("training")),
    "education_sheets": Address(LISTS),
    "education_assess": Address(WRITES),
    "education_sheet": Address(READS, **_of("sheet")),
    "education_sheet_correct": Address(WRITES, **_of("sheet")),
    "education_sheet_withdraw": Address(WRITES, **_of("sheet")),
    "education_file": Address(READS | MEMBER, **_of("certificate")),
    "education_file_remove": Address(WRITES | MEMBER, **_of("certificate"), post=True),
    "education_attach": Address(WRITES | MEMBER, _files("own"), _files("foreign"), post=True),
}
