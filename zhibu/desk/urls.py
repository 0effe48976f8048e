"""The addresses of the desk."""

from django.urls import path

from zhibu.desk import (
    ahead,
    announcing,
    check_sheet,
    confirmation,
    explanation,
    hours,
    inspection,
    school_calendar,
    setup,
    study,
    views,
    workbench,
)
from zhibu.desk.search.views import search

app_name = "desk"
urlpatterns = [
    path("desk/", workbench.workbench, name="workbench"),
    path("desk/ahead/", ahead.ahead, name="ahead"),
    path("desk/activities/<str:identity>/notice/", announcing.announce, name="announce"),
    path("education/", hours.index, name="hours"),
    path("education/members/<str:identity>/", study.member, name="study"),
    path("education/check/", check_sheet.sheet, name="check"),
    path("findings/", inspection.heat, name="heat"),
    path("findings/trend/", inspection.by_month, name="trend"),
    path("findings/list/", inspection.listed, name="findings"),
    path("calendar/school/", school_calendar.page, name="school_calendar"),
    path("search/", search, name="search"),
    path("setup/", setup.checklist, name="setup"),
    path("norm/", views.living_norm, name="norm"),
    path("norm/<str:duty>/", views.duty, name="duty"),
    path("norm/<str:duty>/<str:subject>/<str:period>/", explanation.finding, name="finding"),
    path("readings/", confirmation.index, name="readings"),
    path("readings/<str:reading>/", confirmation.sign, name="sign"),
]
