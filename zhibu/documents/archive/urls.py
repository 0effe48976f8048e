"""The addresses of boxes for an inspection."""

from django.urls import path

from zhibu.documents.archive import views

app_name = "archive"
urlpatterns = [
    path("archive/", views.index, name="index"),
    path("archive/make/", views.make, name="make"),
    path("archive/<str:identity>/", views.one, name="one"),
    path("archive/<str:identity>/take/", views.take, name="take"),
    path("archive/<str:identity>/go-on/", views.go_on, name="go_on"),
    path("archive/<str:identity>/delete/", views.delete, name="delete"),
]
