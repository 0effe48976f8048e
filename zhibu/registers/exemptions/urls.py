"""The addresses of exemptions."""

from django.urls import path

from zhibu.registers.exemptions import views

app_name = "exemptions"
urlpatterns = [
    path("exemptions/", views.index, name="index"),
    path("exemptions/new/", views.new, name="new"),
    path("exemptions/<str:identity>/", views.one, name="one"),
]
