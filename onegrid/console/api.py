"""`onegrid api`: the OpenAPI documents as kept in the repository."""

import json

import typer

from onegrid.config.environment import ROOT

app = typer.Typer(help="The JSON interface.", no_args_is_help=True)
FOLDER = ROOT / "docs" / "api"


@app.callback()
def _api() -> None:
    from onegrid.console import start_django

    start_django()


@app.command("snapshot")
def snapshot() -> None:
    """Write docs/api/openapi.json and open311.json anew; a test compares them with the code."""
    for name, text in documents().items():
        (FOLDER / name).write_text(text)
        print(f"wrote docs/api/{name}")


def documents() -> dict[str, str]:
    """File name → the document as it is served, in a fixed order and layout."""
    from onegrid.config.api import api
    from onegrid.exchange.open311.georeport import georeport

    found = {"openapi.json": api.get_openapi_schema(), "open311.json": georeport.get_openapi_schema()}
    return {name: f"{json.dumps(schema, indent=1, ensure_ascii=False)}\n" for name, schema in found.items()}
