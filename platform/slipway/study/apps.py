"""The Django application."""

from django.apps import AppConfig


class StudyConfig(AppConfig):
    """What learners keep of a course for themselves."""

    name = "slipway.study"
    default_auto_field = "django.db.models.BigAutoField"
