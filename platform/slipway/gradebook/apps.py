from django.apps import AppConfig


class GradebookConfig(AppConfig):
    """What a grader sees."""

    name = "slipway.gradebook"
    default_auto_field = "django.db.models.BigAutoField"
