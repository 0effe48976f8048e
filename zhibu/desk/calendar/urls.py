"""The addresses of the calendar."""

from django.urls import path

from zhibu.desk.calendar import feed_views, views

app_name = "calendar"
urlpatterns = [
    path("calendar/", views.calendar, name="calendar"),
    path("calendar/activities/<str:identity>.ics", feed_views.activity, name="activity"),
    path("calendar/feeds/", feed_views.feeds, name="feeds"),
    path("calendar/feeds/new/", feed_views.feed_add, name="feed_add"),
    path("calendar/feeds/<str:identity>/revoke/", feed_views.feed_revoke, name="feed_revoke"),
    path("feeds/<str:secret>.ics", feed_views.feed, name="feed"),
]
