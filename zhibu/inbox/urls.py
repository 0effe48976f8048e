"""Addresses of the inbox."""

from django.urls import path

from zhibu.inbox import views

app_name = "inbox"
urlpatterns = [
    path("inbox/", views.index, name="index"),
    path("inbox/all-read/", views.all_read, name="all_read"),
    path("inbox/<str:identity>/open/", views.open_message, name="open"),
    path("inbox/<str:identity>/<str:deed>/", views.change, name="change"),
]
