"""Addresses of study."""

from django.urls import path

from zhibu.registers.education import common_views, reflection_views, sheet_views, training_views

urlpatterns = [
    path("education/new/", common_views.new, name="education_new"),
    path("education/reflections/", reflection_views.listing, name="education_reflections"),
    path("education/reflections/new/", reflection_views.new, name="education_reflection_new"),
    path("education/reflections/papers/", reflection_views.papers, name="education_papers"),
    path("education/reflections/<str:identity>/", reflection_views.page, name="education_reflection"),
    path(
        "education/reflections/<str:identity>/edit/", reflection_views.edit, name="education_reflection_edit"
    ),
    path(
        "education/reflections/<str:identity>/read/", reflection_views.read, name="education_reflection_read"
    ),
    path(
        "education/reflections/<str:identity>/return/",
        reflection_views.return_,
        name="education_reflection_return",
    ),
    path(
        "education/reflections/<str:identity>/withdraw/",
        reflection_views.withdraw,
        name="education_reflection_withdraw",
    ),
    path("education/trainings/", training_views.listing, name="education_trainings"),
    path("education/trainings/new/", training_views.new, name="education_training_new"),
    path("education/trainings/<str:identity>/", training_views.page, name="education_training"),
    path("education/trainings/<str:identity>/edit/", training_views.edit, name="education_training_edit"),
    path(
        "education/trainings/<str:identity>/confirm/",
        training_views.confirm,
        name="education_training_confirm",
    ),
    path(
        "education/trainings/<str:identity>/return/", training_views.return_, name="education_training_return"
    ),
    path(
        "education/trainings/<str:identity>/withdraw/",
        training_views.withdraw,
        name="education_training_withdraw",
    ),
    path("education/sheets/", sheet_views.listing, name="education_sheets"),
    path("education/sheets/assess/", sheet_views.assess, name="education_assess"),
    path("education/sheets/<str:identity>/", sheet_views.page, name="education_sheet"),
    path("education/sheets/<str:identity>/correct/", sheet_views.correct, name="education_sheet_correct"),
    path("education/sheets/<str:identity>/withdraw/", sheet_views.withdraw, name="education_sheet_withdraw"),
    path("education/files/<str:identity>/", common_views.file, name="education_file"),
    path("education/files/<str:identity>/remove/", common_views.remove_file, name="education_file_remove"),
    path("education/<str:sort>/<str:identity>/files/", common_views.attach, name="education_attach"),
]
