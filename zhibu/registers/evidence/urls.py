"""Addresses of evidence."""

from django.urls import path

from zhibu.registers.evidence import deed_views, record_views, views

urlpatterns = [
    path("evidence/", views.articles, name="evidence_articles"),
    path("evidence/list/", views.listing, name="evidence_list"),
    path("evidence/new/", record_views.add, name="evidence_add"),
    path("evidence/sheet/", record_views.sheet, name="evidence_sheet"),
    path("evidence/files/<str:identity>/", views.file, name="evidence_file"),
    path("evidence/files/<str:identity>/remove/", deed_views.remove_file, name="evidence_file_remove"),
    path("evidence/<str:identity>/", views.page, name="evidence"),
    path("evidence/<str:identity>/correct/", deed_views.correct, name="evidence_correct"),
    path("evidence/<str:identity>/end/", deed_views.end, name="evidence_end"),
    path("evidence/<str:identity>/withdraw/", deed_views.withdraw, name="evidence_withdraw"),
    path("evidence/<str:identity>/restore/", deed_views.restore, name="evidence_restore"),
    path("evidence/<str:identity>/files/", deed_views.attach, name="evidence_attach"),
]
