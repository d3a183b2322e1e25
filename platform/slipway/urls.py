"""All addresses of Slipway."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("slipway.pages.urls")),
    path("machines/", include("slipway.files.urls")),
    path("previews/", include("slipway.preview.urls")),
    path("grades/", include("slipway.gradebook.urls")),
    path("api/", include("slipway.api.urls")),
    path("accounts/", include("slipway.accounts.urls")),
    path("admin/", admin.site.urls),
]
