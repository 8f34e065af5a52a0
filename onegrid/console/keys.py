"""`onegrid keys`: the key ring of encrypted fields. What they protect, when to change them: docs/privacy.md."""

import re
import sys
from pathlib import Path

import typer

app = typer.Typer(help="Keys of encrypted fields: show, add, rotate, retire.", no_args_is_help=True)


@app.command("show")
def show() -> None:
    """Which keys there are, how many values each seals, and how many still wait for rotation."""
    from django.conf import settings

    from onegrid.kit.crypto.ring import current_ring
    from onegrid.kit.crypto.rotation import keys_in_use, waiting

    ring, used = current_ring(), keys_in_use()
    print(f"new values: {settings.FIELD_CIPHER}, key {ring.current}")
    for key_id in [*ring.keys, *sorted(set(used) - set(ring.keys))]:
        print(
            f"  {key_id}: {used[key_id]} values{'' if key_id in ring.keys else ' — THIS KEY IS NOT IN THE RING'}"
        )
    for label, count in waiting().items():
        print(f"  waiting for rotation: {label}: {count}")


@app.command("add")
def add() -> None:
    """Make a new key; from now on new values are sealed with it, old ones stay readable."""
    from onegrid.config.secrets import change_keyring, fresh_key

    ring = change_keyring(_secrets_file(), lambda now: {**now, _next_id(now): fresh_key()})
    print(f"key {next(reversed(ring))} seals from now on. Next: onegrid keys rotate")


@app.command("rotate")
def rotate(batch: int = typer.Option(500, min=1, help="values sealed in one transaction")) -> None:
    """Seal everything that is stored anew with the current key and cipher. May be stopped and started again."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

    from onegrid.kit.crypto import rotation

    outcome = rotation.Outcome()
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()) as bar:
        tasks: dict[str, TaskID] = {}

        def show_progress(label: str, done: int) -> None:
            if label not in tasks:  # values written under an old key while we were at work
                tasks[label] = bar.add_task(label, total=None)
            bar.update(tasks[label], completed=done)

        while todo := rotation.waiting():
            tasks = {label: bar.add_task(label, total=count) for label, count in todo.items()}
            done = rotation.rotate(progress=show_progress, batch=batch)
            outcome.sealed += done.sealed
            outcome.unreadable = done.unreadable
            if done.unreadable or not done.sealed:
                break
    print(f"{outcome.sealed} values sealed anew.")
    if outcome.unreadable:
        shown = "\n  ".join(outcome.unreadable[:20])
        sys.exit(f"✗ {len(outcome.unreadable)} values do not open and were left as they are:\n  {shown}")


@app.command("retire")
def retire(key_id: str) -> None:
    """Take an old key out of the ring for good. Refused while one value still needs it."""
    from onegrid.config.secrets import change_keyring
    from onegrid.kit.crypto.ring import current_ring
    from onegrid.kit.crypto.rotation import keys_in_use

    ring, path = current_ring(), _secrets_file()
    if key_id not in ring.keys:
        sys.exit(f"✗ There is no key {key_id}. There are: {', '.join(ring.keys)}.")
    if key_id == ring.current:
        sys.exit(f"✗ {key_id} is the key that seals now. Add another first: onegrid keys add")
    if needed := keys_in_use()[key_id]:
        sys.exit(f"✗ {needed} values still need {key_id}. First: onegrid keys rotate")
    change_keyring(path, lambda now: {name: key for name, key in now.items() if name != key_id})
    print(f"{key_id} is gone. Backups of the database from before the rotation cannot be read without it.")


def _secrets_file() -> Path:
    from django.conf import settings

    if not isinstance(settings.FIELD_KEYRING, Path):
        sys.exit(
            "✗ The keys come from ONEGRID_KEYRING: change that variable (the last key seals) and restart."
        )
    return settings.FIELD_KEYRING


def _next_id(ring: dict[str, str]) -> str:
    numbers = [int(found[1]) for key_id in ring if (found := re.fullmatch(r"k(\d+)", key_id))]
    return f"k{max(numbers, default=0) + 1}"
