"""After a dump was restored into another cluster: transaction numbers there begin anew."""

from django.db import connection, transaction

MINE = "pg_current_xact_id()"
# Each position becomes a window that holds exactly this transaction, open from the first fact not heard.
MOVE_POSITIONS = f"""
UPDATE kit_listenerposition AS position SET
    last_id = coalesce((
        SELECT min(id) - 1 FROM kit_factrow AS fact WHERE fact.xid >= position.xid
            AND NOT (fact.xid < coalesce(position.until, '0'::xid8) AND fact.id <= position.last_id)
    ), (SELECT max(id) FROM kit_factrow), 0),
    max_id = coalesce((SELECT max(id) FROM kit_factrow), 0),
    xid = {MINE}, until = ({MINE}::text::bigint + 1)::text::xid8
"""
MOVE_FACTS = f"UPDATE kit_factrow SET xid = {MINE}"


@transaction.atomic
def rebase() -> int:
    """Gives all facts the number of this transaction and moves the positions along; how many facts.

    Only while nothing else runs. Every fact not heard yet will be heard; a few may be heard again.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE kit_factrow, kit_listenerposition IN ACCESS EXCLUSIVE MODE")
        cursor.execute(MOVE_POSITIONS)
        cursor.execute(MOVE_FACTS)
        return cursor.rowcount
