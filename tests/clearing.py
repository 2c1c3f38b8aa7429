"""Empties the database after a test that committed.

Django's flush truncates every table, which gives each of them and each of their indexes a new file, and then makes the
permissions anew: that takes longer than most tests.
"""

from functools import cache

from django.db import connection

# What migrations and roles made, and no test changes.
KEPT = {
    "django_migrations",
    "django_content_type",
    "auth_permission",
    "auth_group",
    "auth_group_permissions",
}


def delete_rows(*_: object) -> None:
    """Delete all rows but those, without regard to triggers (facts cannot be deleted) and to the order of tables."""
    with connection.cursor() as cursor:
        cursor.execute(_statements())


@cache
def _statements() -> str:
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    deletions = [f"DELETE FROM {connection.ops.quote_name(table)}" for table in sorted(tables)]
    return ";".join(["BEGIN", "SET LOCAL session_replication_role = replica", *deletions, "COMMIT"])
