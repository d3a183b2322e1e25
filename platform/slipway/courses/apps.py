from django.apps import AppConfig


class CoursesConfig(AppConfig):
    """The index of the content in lessons/."""

    name = "slipway.courses"
    default_auto_field = "django.db.models.BigAutoField"
