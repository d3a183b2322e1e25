"""Certificates in Django's admin: to be looked at and, when one was issued wrongly, removed."""

from django.contrib import admin

from slipway.lookonly import LookOnly
from slipway.study.models import Certificate


@admin.register(Certificate)
class CertificateAdmin(LookOnly, admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """Who has which; notes are nobody's but their learner's."""

    list_display = ["name", "learner", "course", "issued_at"]
    list_filter = ["course"]
    search_fields = ["name", "learner__username", "id"]
