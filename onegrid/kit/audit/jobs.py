"""An anchor every night."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.kit.audit.anchors import write_anchor


@app.periodic(cron="50 23 * * *")
@app.task(name="kit.anchor_audit", queueing_lock="kit.anchor_audit")
def anchor_audit(timestamp: int) -> None:
    """Copy the folder to another machine: there nobody who rewrites the database can reach it."""
    write_anchor(at=timezone.now())
