"""`onegrid files`: the store of uploaded files."""

import typer

app = typer.Typer(help="Uploaded files: clean up.", no_args_is_help=True)


@app.callback()
def _files() -> None:
    from onegrid.console import start_django

    start_django()


@app.command("prune")
def prune(
    dry_run: bool = typer.Option(False, "--dry-run", help="only count"),
    grace_hours: int = typer.Option(
        None, min=1, help="leave younger ones alone; default: setting FILE_GRACE_HOURS"
    ),
) -> None:
    """Remove files that nothing refers to, and objects in the storage that no file stands for."""
    from datetime import timedelta

    from django.conf import settings
    from django.utils import timezone

    from onegrid.kit.files.pruning import prune_files

    grace = timedelta(hours=grace_hours or settings.FILE_GRACE_HOURS)
    found = prune_files(before=timezone.now() - grace, dry_run=dry_run)
    word = "would be removed" if dry_run else "removed"
    print(
        f"{found.files} files nothing refers to and {found.objects} stray objects {word}, {found.size:,} bytes."
    )
