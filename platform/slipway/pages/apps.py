from django.apps import AppConfig


class PagesConfig(AppConfig):
    """What a learner sees."""

    name = "slipway.pages"
    default_auto_field = "django.db.models.BigAutoField"
