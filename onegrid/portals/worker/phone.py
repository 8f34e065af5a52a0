"""What makes these pages an application on a phone: its description, its service worker, who is signed in, the
outbox and the page that is shown for a page the phone has not kept."""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from onegrid.accounts.duties.queries import duties_of
from onegrid.accounts.identity.models import User
from onegrid.cases.flow.queries import require_some_reach
from onegrid.kit.errors import NotFound
from onegrid.kit.errors.pages import problem
from onegrid.places.areas.queries import box_around
from onegrid.places.basemap.queries import point_map_config
from onegrid.portals.worker.outbox import SignedOut
from onegrid.portals.worker.shell import page

ICONS = ("icon-192.png", "icon-512.png", "maskable-512.png", "apple-touch-icon.png")
SHELL = ("islands/site/site.ts", "islands/work.ts")
LATER = ("islands/map.ts",)  # large, and only wanted for the map


@never_cache
@require_GET
def now(request: HttpRequest) -> HttpResponse:
    """Who is signed in, a fresh token for posting, our clock, and which tiles show this person's grids."""
    if not isinstance(request.user, User):
        return problem(
            SignedOut("signed_out", _("Please sign in again; what you wrote stays on this phone."))
        )
    at = timezone.now()
    return JsonResponse(
        {
            "person": str(request.user.pk),
            "token": get_token(request),
            "at": at.isoformat(timespec="seconds"),
            "tiles": _tiles(request.user, at),
        }
    )


def _tiles(worker: User, at: Any) -> dict[str, Any] | None:
    """Addresses of the tiles and the box around the grids this person covers; None without a map or a grid."""
    config = point_map_config()
    box = box_around(duty.area_id for duty in duties_of(worker, at)) if config else None
    return {"addresses": list(config["tiles"].values()), "bounds": box} if config and box else None


@login_required
@never_cache
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """待发送: what waits on this phone, filled by script; the same for everybody."""
    assert isinstance(request.user, User)
    require_some_reach(request.user)
    return page(request, "worker/outbox.html")


@login_required
@never_cache
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """Shown for a page that the phone has not kept."""
    assert isinstance(request.user, User)
    require_some_reach(request.user)
    return page(request, "worker/offline.html")


@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """The script that keeps these pages; its text changes with every build, which is how a browser notices."""
    built = _built(settings.DIST)
    if built is None:
        raise NotFound("not_built", _("The front end is not built."))
    code, assets = built
    build = hashlib.sha256(f"{code}{json.dumps(assets)}".encode()).hexdigest()[:12]
    given = {"build": build, **{name: [static(file) for file in files] for name, files in assets.items()}}
    answer = HttpResponse(f"self.BUILT={json.dumps(given)};\n{code}", content_type="text/javascript")
    answer["Cache-Control"] = "no-cache"
    return answer


def _built(dist: Path) -> tuple[str, dict[str, list[str]]] | None:
    manifest, code = dist / ".vite" / "manifest.json", dist / "work-sw.js"
    if not manifest.is_file() or not code.is_file():
        return None
    return _read(manifest, code, manifest.stat().st_mtime_ns, code.stat().st_mtime_ns)


@lru_cache(maxsize=1)
def _read(manifest: Path, code: Path, *_changed: int) -> tuple[str, dict[str, list[str]]]:
    entries = json.loads(manifest.read_text("utf-8"))
    icons = ["icons.svg", "mark.svg", *(f"icons/{name}" for name in ICONS)]
    return code.read_text("utf-8"), {
        "shell": [*icons, *_files(entries, SHELL)],
        "later": _files(entries, LATER),
    }


def _files(entries: dict[str, Any], wanted: tuple[str, ...]) -> list[str]:
    """Script, style and what belongs to them, of these entries and of what they import, each once."""
    found: list[str] = []
    left, seen = list(wanted), set()
    while left:
        entry = entries.get(name := left.pop(0))
        if entry is None or name in seen:
            continue
        seen.add(name)
        found += [entry["file"], *entry.get("css", []), *entry.get("assets", [])]
        left += [*entry.get("imports", []), *entry.get("dynamicImports", [])]
    return list(dict.fromkeys(found))


@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """W3C web application manifest, in the language of whoever asks."""
    start = reverse("worker:tasks")
    described = {
        "id": start,
        "name": _("OneGrid for grid workers"),
        "short_name": _("Grid work"),
        "description": _("My tasks, patrols and reports, also without a network."),
        "lang": "zh-Hans" if get_language() == "zh-hans" else "en",
        "start_url": start,
        "scope": start,
        "display": "standalone",
        "background_color": "#f5f6f4",
        "theme_color": "#1a6459",
        "icons": [
            {"src": static("icons/icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": static("icons/icon-512.png"), "sizes": "512x512", "type": "image/png"},
            {
                "src": static("icons/maskable-512.png"),
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "maskable",
            },
        ],
        "shortcuts": [{"name": _("Report"), "url": reverse("worker:report")}],
    }
    return HttpResponse(
        json.dumps(described, ensure_ascii=False), content_type="application/manifest+json; charset=utf-8"
    )
