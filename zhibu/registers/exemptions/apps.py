"""The Django app."""

from django.apps import AppConfig


class ExemptionsConfig(AppConfig):
    """Exemptions."""

    name = "zhibu.registers.exemptions"
    verbose_name = "免除"
