from django.apps import AppConfig


class GradingConfig(AppConfig):
    """Attempts, check runs, verdicts and evidence."""

    name = "slipway.grading"
    default_auto_field = "django.db.models.BigAutoField"
