# SPDX-License-Identifier: AGPL-3.0-or-later
"""Name every address of the site, and take in those of the installed rooms."""

from django.conf import settings
from django.urls import include, path

from hedgerow.site import views

site_patterns = [
    path("", views.front, name="front"),
    path("about/", views.about, name="about"),
    path("limits/", views.limits, name="limits"),
    path("language/", views.language, name="language"),
    path("exit/", views.log_out, name="exit"),
    path("away/", views.leave, name="away"),
    path("parts/", views.parts, name="parts"),
    path("robots.txt", views.robots, name="robots"),
]
urlpatterns = [
    path("", include((site_patterns, "site"))),
    *(path("", include(f"hedgerow.rooms.{room}.urls")) for room in settings.HEDGEROW_ROOMS),
]
handler400 = "hedgerow.site.views.bad_request"
handler403 = "hedgerow.site.views.forbidden"
handler404 = "hedgerow.site.views.not_found"
handler500 = "hedgerow.site.views.broken"
