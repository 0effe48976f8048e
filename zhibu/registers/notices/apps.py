"""The Django app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Register: notices."""

    name = "zhibu.registers.notices"
    verbose_name = "通知文件"
