"""Addresses of accounts and the log."""

from django.urls import path

from zhibu.access import log_views, views

urlpatterns = [
    path("accounts/", views.own, name="account_own"),
    path("accounts/activate/", views.activate, name="activate"),
    path("accounts/list/", views.account_list, name="account_list"),
    path("accounts/list/add/", views.account_add, name="account_add"),
    path("accounts/list/sheet/", views.sheet, name="account_sheet"),
    path("accounts/list/roles/", views.role_table, name="account_roles"),
    path("accounts/list/<str:identity>/", views.account, name="account"),
    path("accounts/list/<str:identity>/grant/", views.account_grant, name="account_grant"),
    path("accounts/list/<str:identity>/code/", views.account_code, name="account_code"),
    path("accounts/list/<str:identity>/switch/", views.account_switch, name="account_switch"),
    path("accounts/grants/<str:identity>/revoke/", views.grant_revoke, name="grant_revoke"),
    path("log/", log_views.log_list, name="log_list"),
    path("log/<int:number>/", log_views.log_row, name="log_row"),
    path("log/undo/<str:deed_id>/", views.undo_deed, name="undo_deed"),
]
