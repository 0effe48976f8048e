"""The addresses of documents."""

from __future__ import annotations

from django.urls import URLPattern, path

from zhibu.documents import views

app_name = "documents"
urlpatterns: list[URLPattern] = [
    path("documents/organizations/<str:identity>/<str:name>/", views.of_organization, name="organization"),
    path("documents/members/<str:identity>/<str:name>/", views.of_member, name="member"),
]
