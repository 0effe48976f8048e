"""The fields of a person's profile, said once: for the table, the forms, the actions and the roster. Pure."""

from __future__ import annotations

#: Fields with a column of their own.
PLAIN = (
    "name",
    "number",
    "sex",
    "ethnicity",
    "born",
    "native_place",
    "education",
    "degree",
    "school",
    "subject",
    "work_post",
    "technical_post",
    "applied",
    "joined",
    "confirmed",
    "suspended",
    "lost",
    "lost_since",
    "lost_how",
    "floating",
    "floating_to",
)

#: What is kept sealed with the person's own key, as text: never in a column of its own.
SEALED = {
    "id_number": "公民身份证号",
    "mobile": "手机号",
    "landline": "固定电话",
    "household_address": "户籍所在地",
    "address": "现居住地",
    "archive": "档案所在单位",
}

#: The whole profile.
PROFILE = (*PLAIN, *SEALED)
