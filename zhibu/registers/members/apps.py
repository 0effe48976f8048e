"""The Django app."""

from django.apps import AppConfig


class MembersConfig(AppConfig):
    """Register: members."""

    name = "zhibu.registers.members"
