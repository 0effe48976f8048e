"""The addresses of the desk."""

from django.urls import path

from zhibu.desk import confirmation, views

app_name = "desk"
urlpatterns = [
    path("norm/", views.living_norm, name="norm"),
    path("norm/<str:duty>/", views.duty, name="duty"),
    path("readings/", confirmation.index, name="readings"),
    path("readings/<str:reading>/", confirmation.sign, name="sign"),
]
