"""Big files of areas are checked and taken over in the background."""

from django.utils import timezone
from procrastinate.contrib.django import app

from onegrid.kit.actors import Reach, Scope
from onegrid.kit.jobs import AGAIN
from onegrid.places.areas.actions import IMPORT_STEP, Asker, run_step


@app.task(name=IMPORT_STEP, retry=AGAIN)
def import_step(
    work: str, draft_id: int, key: str, label: str, reach: list[tuple[str | None, int | None]]
) -> None:
    """One step ("check" or "take_over") of an import, in the name of who asked. Running it twice changes nothing."""
    asker = Asker(key, label, Scope(tuple(Reach(path, org_id) for path, org_id in reach)))
    run_step(work=work, draft_id=draft_id, by=asker, at=timezone.now())
