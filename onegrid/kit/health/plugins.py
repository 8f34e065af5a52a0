"""The checks that every installation needs."""

from secrets import token_hex

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

import onegrid.kit.health.logs
import onegrid.kit.health.parts
import onegrid.kit.health.timers  # noqa: F401  # what is watched registers beside the checks
from onegrid.kit.facts import LISTENERS
from onegrid.kit.health.checks import HEALTH_CHECKS, Failing, HealthCheck

LATE_SECONDS = 60
# Listeners for whom a fact has waited longer than LATE_SECONDS; one without a position has heard nothing at all.
LATE = """
SELECT EXISTS (
    SELECT 1 FROM kit_factrow AS fact
    LEFT JOIN kit_listenerposition AS position ON position.listener = %s
    WHERE fact.kind = ANY(%s) AND fact.at < clock_timestamp() - %s * interval '1 second'
        AND fact.xid >= coalesce(position.xid, '0'::xid8)
        AND NOT (fact.xid < coalesce(position.until, '0'::xid8) AND fact.id <= position.last_id))
"""


@HEALTH_CHECKS.register("database")
class DatabaseAnswers(HealthCheck):
    def run(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")


@HEALTH_CHECKS.register("migrations")
class MigrationsApplied(HealthCheck):
    """Once they are, they stay so for the life of this process, whose code does not change."""

    applied = False

    def run(self) -> None:
        if self.applied:
            return
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if missing:
            raise Failing(f"not applied: {', '.join(str(migration) for migration, _backwards in missing)}")
        self.applied = True


@HEALTH_CHECKS.register("relay")
class RelayKeepsUp(HealthCheck):
    def run(self) -> None:
        with connection.cursor() as cursor:
            late = [
                name for name, listener in LISTENERS.items() if self._is_late(cursor, name, listener.kinds)
            ]
        if late:
            raise Failing(f"facts wait for more than {LATE_SECONDS} s: {', '.join(late)}")

    def _is_late(self, cursor, name: str, kinds: list[str]) -> bool:
        cursor.execute(LATE, [name, kinds, LATE_SECONDS])
        return bool(cursor.fetchone()[0])


@HEALTH_CHECKS.register("files")
class FilesWritable(HealthCheck):
    def run(self) -> None:
        name = default_storage.save(f"health/{token_hex(8)}", ContentFile(b"."))
        default_storage.delete(name)
