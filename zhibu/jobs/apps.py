"""The Django app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Jobs (任务)."""

    name = "zhibu.jobs"
    verbose_name = "任务"
