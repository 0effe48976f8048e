"""Addresses of members."""

from django.urls import path

from zhibu.registers.members import deed_views, group_views, grouping_view, views

urlpatterns = [
    path("members/", views.listing, name="member_list"),
    path("members/add/", deed_views.add, name="member_add"),
    path("members/apply/", deed_views.apply, name="applicant_add"),
    path("members/groups/<str:identity>/", grouping_view.page, name="member_groups"),
    path("members/groups/<str:identity>/add/", group_views.set_up, name="group_add"),
    path("members/groups/<str:identity>/rename/", group_views.rename, name="group_rename"),
    path("members/groups/<str:identity>/dissolve/", group_views.dissolve, name="group_dissolve"),
    path("members/memberships/<str:identity>/correct/", deed_views.correct, name="membership_correct"),
    path("members/<str:identity>/", views.page, name="member"),
    path("members/<str:identity>/full/", views.unmask, name="member_unmask"),
    path("members/<str:identity>/change/", deed_views.change, name="member_change"),
    *(
        path(f"members/<str:identity>/{name}/", view, name=f"member_{name.replace('-', '_')}")
        for name, view in deed_views.DEEDS.items()
    ),
]
