"""The addresses of the desk."""

from importlib.util import find_spec

from django.urls import path

from zhibu.desk import confirmation, views

app_name = "desk"
urlpatterns = [
    path("norm/", views.living_norm, name="norm"),
    path("norm/<str:duty>/", views.duty, name="duty"),
    path("readings/", confirmation.index, name="readings"),
    path("readings/<str:reading>/", confirmation.sign, name="sign"),
]

# The explanation stands on the audit's own, and is there from when that is.
if find_spec("zhibu.audit.explanation"):
    from zhibu.desk import explanation

    urlpatterns += [path("norm/<str:duty>/<str:subject>/<str:period>/", explanation.finding, name="finding")]
