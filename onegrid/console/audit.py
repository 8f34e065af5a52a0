"""`onegrid audit`: anchors of the audit trail."""

import typer

app = typer.Typer(help="The audit trail.", no_args_is_help=True)


@app.callback()
def _audit() -> None:
    from onegrid.console import start_django

    start_django()


@app.command()
def anchor() -> None:
    """Write the heads of the trail, and of the cases that moved, to dated files; keep copies on another machine."""
    from django.utils import timezone

    from onegrid.cases.flow.anchors import write_case_anchor
    from onegrid.kit.audit.anchors import write_anchor

    now = timezone.now()
    print(write_anchor(at=now))
    print(write_case_anchor(at=now))
