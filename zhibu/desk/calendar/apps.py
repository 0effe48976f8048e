"""The Django app."""

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    """Months, weeks, feeds."""

    name = "zhibu.desk.calendar"
    label = "calendar"
    verbose_name = "日历"
