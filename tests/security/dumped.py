"""Is anything that is sealed also there in the clear? Looks through a dump for the phones and names that fields hold.

    python -m tests.security.dumped            # the database of this folder: pg_dump, read through once

Exit status 1 when a sealed phone, or the name of somebody who is no member of staff, stands in the dump; the table
where it stands is printed, never the value.
"""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator

import django
from django.apps import apps
from django.db import connection
from psycopg.sql import SQL, Identifier

from onegrid.kit.crypto import EncryptedTextField

# Sealed, but one of a few words that stand everywhere.
CODES = {"cases.visitplan.reason", "registry.voice.first_choice", "registry.voice.choice"}
DIGITS = re.compile(rb"\d[\d -]{5,18}\d")
CHINESE = re.compile(r"[\u4e00-\u9fff]{2,}")
LONGEST_NAME = 4
TABLES = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname
"""


def sealed_values() -> Iterator[str]:
    """Every value of every encrypted field, opened."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField) and field.label not in CODES:
                rows = model._base_manager.filter(**{f"{field.name}__isnull": False})
                yield from rows.values_list(field.name, flat=True).iterator()


def numbers_and_names(values: Iterable[str]) -> tuple[set[bytes], set[str]]:
    """Phones as bare digits, and Chinese names of up to four characters."""
    numbers, names = set(), set()
    for value in values:
        digits = re.sub(r"\D", "", value)
        if len(digits) >= 7 and len(digits) >= len(value.strip()) - 4:
            numbers.add(digits.encode())
        elif CHINESE.fullmatch(value) and len(value) <= LONGEST_NAME:
            names.add(value)
    return numbers, names


def shown(lines: Iterable[bytes], numbers: set[bytes], names: set[str]) -> Counter[str]:
    """Table → how many lines hold one of them in the clear."""
    found: Counter[str] = Counter()
    table = ""
    for line in lines:
        if line.startswith(b"COPY "):
            table = line.split(b" ", 2)[1].decode()
        bare = {re.sub(rb"\D", b"", one) for one in DIGITS.findall(line)}
        if bare & numbers or any(name in names for name in _pieces(line)):
            found[table] += 1
    return found


def _pieces(line: bytes) -> Iterator[str]:
    for run in CHINESE.findall(line.decode(errors="replace")):
        for length in range(2, LONGEST_NAME + 1):
            for place in range(len(run) - length + 1):
                yield run[place : place + length]


def copied() -> Iterator[bytes]:
    """What pg_dump writes of the tables, as this connection sees them: in a test nothing is committed."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [name for (name,) in cursor.fetchall()]
        for table in tables:
            yield f"COPY {table} (".encode()
            with cursor.copy(SQL("COPY {} TO STDOUT").format(Identifier(table))) as copy:
                yield from b"".join(copy).splitlines()


def dumped() -> Iterator[bytes]:
    given = connection.get_connection_params()
    names = {
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
        "dbname": "PGDATABASE",
    }
    variables = os.environ | {names[key]: str(given[key]) for key in names if given.get(key)}
    with subprocess.Popen(["pg_dump", "--no-owner"], stdout=subprocess.PIPE, env=variables) as dump:
        assert dump.stdout is not None
        yield from dump.stdout
    if dump.returncode:
        sys.exit("✗ pg_dump failed")


def staff_names() -> set[str]:
    return set(apps.get_model("accounts", "User").objects.values_list("display_name", flat=True))


def staff_numbers() -> set[bytes]:
    """Work phones are published; somebody's private one may be the same."""
    phones = apps.get_model("accounts", "Posting").objects.values_list("public_phone", flat=True)
    return {re.sub(r"\D", "", phone).encode() for phone in phones if phone}


def main() -> None:
    numbers, names = numbers_and_names(sealed_values())
    numbers, names = numbers - staff_numbers(), names - staff_names()
    found = shown(dumped(), numbers, names)
    sys.stdout.write(
        f"{len(numbers)} sealed numbers and {len(names)} names of people looked for in the dump\n"
    )
    for table, count in found.most_common():
        sys.stdout.write(f"✗ {table}: {count} lines hold one in the clear\n")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegrid.config.settings")
    django.setup()
    main()
