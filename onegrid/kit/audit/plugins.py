"""The audit trail as something that `onegrid verify` can walk."""

from collections.abc import Iterator

from onegrid.kit.audit.verification import audit_findings
from onegrid.kit.verifications import VERIFICATIONS, Finding, Progress, Verification


@VERIFICATIONS.register("audit")
class AuditVerification(Verification):
    title = "The audit trail: changed, removed or reordered entries."

    def findings(self, progress: Progress) -> Iterator[Finding]:
        return audit_findings(progress)
