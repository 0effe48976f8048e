"""Addresses of the tree."""

from django.urls import path

from zhibu.registers.organizations import deed_views, page, post_views, views

urlpatterns = [
    path("organizations/", views.tree, name="organization_tree"),
    path("organizations/list/", views.listing, name="organization_list"),
    path("organizations/add/", deed_views.establish, name="organization_add"),
    path("organizations/posts/", post_views.listing, name="post_list"),
    path("organizations/posts/<str:identity>/relieve/", deed_views.relieve, name="post_relieve"),
    path("organizations/posts/<str:identity>/correct/", deed_views.correct_post, name="post_correct"),
    path("organizations/terms/<str:identity>/end/", deed_views.term_end, name="term_end"),
    path("organizations/terms/<str:identity>/correct/", deed_views.correct_term, name="term_correct"),
    path("organizations/<str:identity>/", page.page, name="organization"),
    path("organizations/<str:identity>/change/", deed_views.change, name="organization_change"),
    path("organizations/<str:identity>/describe/", deed_views.describe, name="organization_describe"),
    path("organizations/<str:identity>/dissolve/", deed_views.dissolve, name="organization_dissolve"),
    path("organizations/<str:identity>/appoint/", deed_views.appoint, name="organization_appoint"),
    path("organizations/<str:identity>/term/", deed_views.term, name="organization_term"),
    path(
        "organizations/<str:identity>/establishment/",
        deed_views.establishment,
        name="organization_establishment",
    ),
    path("organizations/<str:identity>/use/", deed_views.first_day, name="organization_use"),
]
