"""Addresses of members."""

from django.urls import path

from zhibu.registers.members import deed_views, views

urlpatterns = [
    path("members/", views.listing, name="member_list"),
    path("members/add/", deed_views.add, name="member_add"),
    path("members/memberships/<str:identity>/correct/", deed_views.correct, name="membership_correct"),
    path("members/<str:identity>/", views.page, name="member"),
    path("members/<str:identity>/full/", views.unmask, name="member_unmask"),
    path("members/<str:identity>/change/", deed_views.change, name="member_change"),
    path("members/<str:identity>/transfer/", deed_views.transfer, name="member_transfer"),
    path("members/<str:identity>/enter/", deed_views.enter, name="member_enter"),
    path("members/<str:identity>/leave/", deed_views.leave, name="member_leave"),
    path("members/<str:identity>/confirm/", deed_views.confirm, name="member_confirm"),
    path("members/<str:identity>/category/", deed_views.recategorise, name="member_category"),
    path("members/<str:identity>/forget/", deed_views.forget, name="member_forget"),
]
