"""Addresses of a machine's files."""

from django.urls import path

from slipway.files import views

urlpatterns = [
    path("<uuid:sandbox_id>/files/download/", views.download, name="download_file"),
    path("<uuid:sandbox_id>/files/<slug:act>/", views.act, name="act_on_files"),
]
