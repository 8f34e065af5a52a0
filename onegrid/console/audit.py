"""`onegrid audit`: anchors of the audit trail."""

import typer

app = typer.Typer(help="The audit trail.", no_args_is_help=True)


@app.callback()
def _audit() -> None:
    from onegrid.console import start_django

    start_django()


@app.command()
def anchor() -> None:
    """Write the heads of the trail to a dated file; keep a copy on another machine."""
    from django.utils import timezone

    from onegrid.kit.audit.anchors import write_anchor

    print(write_anchor(at=timezone.now()))
