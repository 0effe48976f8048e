"""The Django app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Living norm, explanation, readings."""

    name = "zhibu.desk"
    verbose_name = "规范"
