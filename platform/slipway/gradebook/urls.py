"""Addresses of the gradebook."""

from django.urls import path

from slipway.gradebook import views

_EVIDENCE = "<slug:course>/<uuid:attempt>/<slug:exercise>/"

urlpatterns = [
    path("", views.courses, name="grades"),
    path("<slug:course>/", views.grid, name="grades_of_course"),
    path("<slug:course>/grades.csv", views.export, name="grades_csv"),
    path(_EVIDENCE, views.evidence, name="evidence"),
    path(_EVIDENCE + "check/", views.check_again, name="check_again"),
    path(_EVIDENCE + "snapshots/", views.keep_snapshot, name="keep_snapshot"),
    path(_EVIDENCE + "snapshots/<int:snapshot>/remove/", views.remove_snapshot, name="remove_snapshot"),
]
