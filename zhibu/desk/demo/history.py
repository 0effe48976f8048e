"""The demo as a whole: the college, and all that happened in last year and this. Pure."""

from __future__ import annotations

from zhibu.desk.demo import cases, dues, meetings, standing, study, wednesdays, yearly
from zhibu.desk.demo.college import college as found
from zhibu.desk.demo.values import College, Year
from zhibu.norm.model import Calendar


def history(seed: int, this_year: int, calendar: Calendar) -> tuple[College, Year]:
    """The college and both years in full, also what lies after today: the writer leaves that out."""
    college = found(seed, this_year)
    year = Year()
    for of in (this_year - 1, this_year):
        wednesdays.wednesdays(year, college, calendar, of, seed)
        meetings.branch_committees(year, college, of, seed)
        meetings.groups(year, college, of, seed)
        meetings.orglife(year, college, of, seed)
        meetings.committee(year, college, of, seed)
    wednesdays.join(year)
    standing.standing(year, college, this_year, seed)
    for of in (this_year - 1, this_year):
        study.study(year, college, of, seed)
        study.appraisals(year, college, of, seed)
        dues.dues(year, college, of, this_year, seed)
        yearly.yearly(year, college, of, seed)
    cases.development(year, college, this_year, seed)
    cases.transfers(year, college, this_year, seed)
    cases.elections(year, college, this_year, seed)
    yearly.exemptions(year, college, this_year)
    study.trainings(year, college, this_year, seed)
    return college, year
