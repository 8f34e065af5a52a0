"""`onegrid icons`: the pictures of the installable application, drawn from frontend/public/mark.svg."""

import shutil
from dataclasses import dataclass

import typer

from onegrid.config.environment import ROOT
from onegrid.console.develop import BUILDERS

PUBLIC = ROOT / "frontend" / "public"


@dataclass(frozen=True)
class Icon:
    """`share`: how much of the side the mark takes. A maskable icon is cut to any shape: the mark stays within its
    middle circle of 80 %, and the ground reaches the edges."""

    name: str
    side: int
    share: float
    ground: str = "transparent"


ICONS = [
    Icon("icon-192.png", 192, 1.0),
    Icon("icon-512.png", 512, 1.0),
    Icon("maskable-512.png", 512, 0.62, "#ffffff"),
    Icon("apple-touch-icon.png", 180, 0.78, "#ffffff"),
]


def add_to(app: typer.Typer) -> None:
    app.command("icons", rich_help_panel=BUILDERS)(icons)


def icons() -> None:
    """Draw the application's icons anew from mark.svg (with Chromium; for those who build)."""
    from playwright.sync_api import sync_playwright

    mark = (PUBLIC / "mark.svg").read_text()
    (PUBLIC / "icons").mkdir(exist_ok=True)
    with sync_playwright() as player:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = player.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for icon in ICONS:
            page = browser.new_page(viewport={"width": icon.side, "height": icon.side})
            size = round(icon.side * icon.share)
            page.set_content(
                f"<style>body{{margin:0;height:100vh;display:grid;place-items:center;background:{icon.ground}}}"
                f"svg{{width:{size}px;height:{size}px}}</style>{mark}"
            )
            page.screenshot(path=PUBLIC / "icons" / icon.name, omit_background=True)
            page.close()
            print(f"wrote frontend/public/icons/{icon.name}")
        browser.close()
