"""What is kept of previews: who else may see one."""

import uuid

from django.db import models

from slipway.sandboxes.models import Sandbox


class Share(models.Model):
    """A link by which others see one port of a machine, until it ends or its learner withdraws it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sandbox = models.ForeignKey(Sandbox, on_delete=models.CASCADE, related_name="shares")
    port = models.PositiveIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sandbox", "port"], name="one_share_per_port")]

    def __str__(self) -> str:
        return f"{self.sandbox}, port {self.port}, until {self.ends_at:%Y-%m-%d %H:%M}"
