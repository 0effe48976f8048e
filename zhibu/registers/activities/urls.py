"""Addresses of activities."""

from django.urls import path

from zhibu.registers.activities import deed_views, leave, record_views, views

urlpatterns = [
    path("activities/", views.listing, name="activity_list"),
    path("activities/new/", record_views.record, name="activity_record"),
    path("activities/plan/", record_views.plan, name="activity_plan"),
    path("activities/files/<str:identity>/", views.file, name="activity_file"),
    path("activities/files/<str:identity>/remove/", views.remove_file, name="activity_file_remove"),
    path("activities/attendances/<int:identity>/make-up/", deed_views.make_up, name="activity_make_up"),
    path("education/make-up/", leave.listing, name="make_up_list"),
    path("activities/<str:identity>/", views.page, name="activity"),
    path("activities/<str:identity>/correct/", record_views.correct, name="activity_correct"),
    path("activities/<str:identity>/attendance/", deed_views.attendance, name="activity_attendance"),
    path("activities/<str:identity>/papers/<str:kind>/", deed_views.paper, name="activity_paper"),
    path("activities/<str:identity>/cancel/", deed_views.cancel, name="activity_cancel"),
    path("activities/<str:identity>/restore/", deed_views.restore, name="activity_restore"),
    path(
        "activities/<str:identity>/leave/<str:organization>/", deed_views.leave_joint, name="activity_leave"
    ),
    path("activities/<str:identity>/files/", views.attach, name="activity_attach"),
    path("activities/<str:identity>/sheet/", views.sheet, name="activity_sheet"),
]
