"""The audit trail: who did what to what, when and why; append-only and chained (docs/facts.md tells of facts)."""

from onegrid.kit.audit.recording import record

__all__ = ["record"]
