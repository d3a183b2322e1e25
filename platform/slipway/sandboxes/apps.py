from django.apps import AppConfig


class SandboxesConfig(AppConfig):
    """Lifecycle, pool and placement of learners' machines."""

    name = "slipway.sandboxes"
    default_auto_field = "django.db.models.BigAutoField"
