"""The trail for operators: to read, never to change."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from onegrid.kit.audit.models import AuditEntry


@admin.register(AuditEntry)
class AuditEntryAdmin(admin.ModelAdmin):
    list_display = ("at", "actor_label", "verb", "object_kind", "object_id", "reason")
    list_filter = ("verb",)
    search_fields = ("=object_id", "=actor_key")
    ordering = ("-id",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
