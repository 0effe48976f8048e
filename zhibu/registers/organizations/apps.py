"""The Django app."""

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    """Register: organizations."""

    name = "zhibu.registers.organizations"
