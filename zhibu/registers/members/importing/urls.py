"""Addresses of roster imports and exports. They stand before those of members."""

from django.urls import path

from zhibu.registers.members.importing import export_views, views

urlpatterns = [
    path("members/import/", views.index, name="roster_import"),
    path("members/import/batches/<str:identity>/", views.batch, name="roster_batch"),
    path("members/import/batches/<str:identity>/bad/", views.batch_bad, name="roster_batch_bad"),
    path("members/import/batches/<str:identity>/undo/", views.undo, name="roster_undo"),
    path("members/import/<str:identity>/", views.look, name="roster_preview"),
    path("members/import/<str:identity>/bad/", views.look_bad, name="roster_preview_bad"),
    path("members/import/<str:identity>/progress/", views.progress, name="roster_progress"),
    path("members/export/", export_views.roster, name="roster_export"),
    path("members/export/applicants/", export_views.applicants, name="applicants_export"),
]
