"""The addresses of Winnow."""

from django.contrib import admin
from django.urls import include, path

from moderation.views import upload

urlpatterns = [
    path("upload/", upload.upload, name="upload"),
    path("upload/<uuid:batch_id>/", upload.batch, name="upload_batch"),
    path("admin/", admin.site.urls),
    path("", include("labeling.urls")),
]

handler500 = "moderation.errors.server_error"
