"""What wakes by the clock: old facts go, jobs of killed workers run again."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status

from onegrid.kit.facts.retention import remove_passed


@app.periodic(cron="20 3 * * *")
@app.task(name="kit.remove_passed_facts", queueing_lock="kit.remove_passed_facts")
def remove_passed_facts(timestamp: int) -> None:
    """Every night. FACTS_KEPT_DAYS says how long live screens and new listeners can look back."""
    remove_passed(before=timezone.now() - timedelta(days=settings.FACTS_KEPT_DAYS))


@app.periodic(cron="* * * * *")
@app.task(name="kit.retry_stalled", queueing_lock="kit.retry_stalled")
async def retry_stalled(timestamp: int) -> None:
    """A worker killed in the middle of a job leaves it "doing" for ever; this puts it back in the queue.

    Where the clock has struck since, the next run waits already and only one may wait: then the old one ends, for
    the next does what it left. Otherwise its lock would keep every later run from starting.
    """
    for job in await app.job_manager.get_stalled_jobs():
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:
            await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=False)
