"""Addresses of notices."""

from django.urls import path

from zhibu.registers.notices import receipt_views, views, write_views

urlpatterns = [
    path("notices/", views.listing, name="notice_list"),
    path("notices/new/", write_views.write, name="notice_new"),
    path("notices/files/<str:identity>/", views.file, name="notice_file"),
    path("notices/files/<str:identity>/remove/", write_views.remove_file, name="notice_file_remove"),
    path("notices/receipts/<str:identity>/enter/", receipt_views.enter, name="notice_enter"),
    path("notices/<str:identity>/", views.page, name="notice"),
    path("notices/<str:identity>/edit/", write_views.edit, name="notice_edit"),
    path("notices/<str:identity>/attach/", write_views.attach, name="notice_attach"),
    path("notices/<str:identity>/send/", write_views.send, name="notice_send"),
    path("notices/<str:identity>/discard/", write_views.discard, name="notice_discard"),
    path("notices/<str:identity>/withdraw/", write_views.withdraw, name="notice_withdraw"),
    path("notices/<str:identity>/urge/", write_views.urge, name="notice_urge"),
    path("notices/<str:identity>/read/", receipt_views.read, name="notice_read"),
    path("notices/<str:identity>/act/", receipt_views.act, name="notice_act"),
    path("notices/<str:identity>/receipts/", views.receipts, name="notice_receipts"),
]
