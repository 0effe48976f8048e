"""The app of roster imports."""

from django.apps import AppConfig


class ImportingConfig(AppConfig):
    """Roster imports (名册导入)."""

    name = "zhibu.registers.members.importing"
    label = "importing"
