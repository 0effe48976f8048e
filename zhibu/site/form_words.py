"""What every form says and checks of typed values, in one place: our words instead of Django's, days that can be meant.

Called once when the apps are ready (`zhibu.site.apps`).
"""

from __future__ import annotations

from datetime import date

from django import forms
from django.core import validators
from django.core.exceptions import ValidationError

from zhibu.site import clock

#: Nobody on a roll was born before; nothing is agreed for longer than so many years ahead.
FIRST_YEAR = 1900
YEARS_AHEAD = 30


def day_that_can_be_meant(day: date) -> None:
    """Refuse a day whose year was surely mistyped (1206, 2206)."""
    if day.year < FIRST_YEAR:
        raise ValidationError(f"{day.year} 年太早，请核对年份。", code="too_early")
    if day.year > (last := clock.today().year + YEARS_AHEAD):
        raise ValidationError(f"{day.year} 年太远（最晚 {last} 年），请核对年份。", code="too_far")


def speak() -> None:
    """Put our words in place of Django's for what can be typed wrong."""
    nothing_such = "没有“%(value)s”这一项，请从列出的各项中选择。"
    words: dict[type[forms.Field], dict[str, str]] = {
        forms.Field: {"required": "请填写这一项。"},
        forms.DateField: {"invalid": "请写成 2026-11-25 这样的日期。"},
        forms.TimeField: {"invalid": "请写成 14:30 这样的时间。"},
        forms.IntegerField: {"invalid": "请填写整数。"},
        forms.ChoiceField: {"invalid_choice": nothing_such},
        forms.MultipleChoiceField: {"invalid_choice": nothing_such},
        forms.ModelChoiceField: {
            "invalid_choice": "没有所选的这一项，或不在您的范围内，请从列出的各项中选择。"
        },
    }
    for field, messages in words.items():
        field.default_error_messages = {**field.default_error_messages, **messages}
    said: dict[type, str] = {
        validators.MaxLengthValidator: "最多 %(limit_value)d 个字，现有 %(show_value)d 个。",
        validators.MinValueValidator: "不能小于 %(limit_value)s。",
        validators.MaxValueValidator: "不能大于 %(limit_value)s。",
        validators.ProhibitNullCharactersValidator: "里面有看不见的控制字符，请删去后重新填写。",
    }
    for validator, message in said.items():
        validator.message = message  # type: ignore[attr-defined]
    forms.DateField.default_validators = [*forms.DateField.default_validators, day_that_can_be_meant]
