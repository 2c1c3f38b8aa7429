"""The addresses of Winnow."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("labeling.urls")),
]

handler500 = "moderation.errors.server_error"
