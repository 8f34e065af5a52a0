"""What `onegrid verify <name>` can check: a plug-in point that any room fills."""

from onegrid.kit.verifications.plugins import VERIFICATIONS, Finding, Progress, Verification

__all__ = ["VERIFICATIONS", "Finding", "Progress", "Verification"]
