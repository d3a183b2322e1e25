"""People and their roles in Django's admin."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group

from slipway.accounts.models import CourseRole, User

admin.site.site_header = "Slipway"
admin.site.site_title = "Slipway"
admin.site.index_title = "Administration"
# Roles hang on courses here; groups would be a second way to say the same.
admin.site.unregister(Group)


class _CourseRoles(admin.TabularInline):  # type: ignore[type-arg]  # generic for mypy alone
    model = CourseRole
    extra = 0


@admin.register(User)
class PersonAdmin(UserAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """A person with the roles in each course."""

    list_display = ["username", "first_name", "last_name", "email", "is_guest", "is_staff", "last_login"]
    list_filter = ["is_guest", "is_staff", "is_superuser", "is_active", "language", "interface"]
    inlines = [_CourseRoles]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("Person", {"fields": ["first_name", "last_name", "email", "language", "interface", "is_guest"]}),
        ("Rights", {"fields": ["is_active", "is_staff", "is_superuser"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    filter_horizontal = []


@admin.register(CourseRole)
class CourseRoleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # generic for mypy alone
    """Who grades or writes which course."""

    list_display = ["user", "course", "role"]
    list_filter = ["course", "role"]
    search_fields = ["user__username", "user__first_name", "user__last_name", "course"]
    autocomplete_fields = ["user"]
