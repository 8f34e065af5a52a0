"""Emptying the private database: the whole schema goes, because audit rows and facts cannot be deleted one by one."""

from django.db import connection


def wipe_database() -> None:
    """Drops every table. The caller has asked, and has made sure that it is the private database."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
    connection.close()
