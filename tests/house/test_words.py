"""Chinese first, English complete: every word of every page has its translation, and none is written bare."""

import re
import shutil
import subprocess
import sys
from gettext import GNUTranslations
from pathlib import Path

import pytest

from tests.house.tree import ROOT

LOCALES = [*sorted((ROOT / "onegrid").glob("*/locale")), *sorted((ROOT / "onegrid").glob("*/*/locale"))]
OWN_LOCALE = {folder.parent for folder in LOCALES}


def test_every_place_with_words_has_a_locale():
    speaks = re.compile(r"\{% (trans|translate|blocktrans|blocktranslate)|gettext")
    for path in [*(ROOT / "onegrid").rglob("*.py"), *(ROOT / "onegrid").rglob("*.html")]:
        beside_the_rooms = path.relative_to(ROOT / "onegrid").parts[0] in {"console"}
        if not beside_the_rooms and speaks.search(path.read_text()):
            assert OWN_LOCALE & set(path.parents), f"{path} has words but no locale folder above it"


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> Path:
    """The tree with every word collected anew, each into the empty locale folder that is nearest above it."""
    copy = tmp_path_factory.mktemp("words") / "onegrid"
    shutil.copytree(ROOT / "onegrid", copy, ignore=shutil.ignore_patterns("locale", "__pycache__"))
    for locale in LOCALES:
        (copy / locale.relative_to(ROOT / "onegrid")).mkdir()
    command = [Path(sys.executable).parent / "django-admin", "makemessages", "-l", "zh_Hans", "--no-location"]
    subprocess.run([*command, "-e", "html,py,txt"], cwd=copy, check=True, capture_output=True)
    return copy


@pytest.mark.parametrize("locale", LOCALES, ids=lambda folder: str(folder.parent.relative_to(ROOT)))
def test_no_translation_is_missing_or_doubtful(locale: Path, collected: Path):
    """What was collected and our translations, compared by gettext's msgcmp: missing, empty and fuzzy ones fail."""
    file = Path("zh_Hans/LC_MESSAGES/django.po")
    anew = collected / locale.relative_to(ROOT / "onegrid") / file
    assert anew.exists(), "no word was found here"
    compared = subprocess.run(["msgcmp", locale / file, anew], capture_output=True, text=True)
    assert compared.returncode == 0, compared.stderr


def test_one_id_has_one_translation(tmp_path: Path):
    """All catalogues become one: the same English id in two rooms must mean, and say, the same in Chinese."""
    told: dict[object, dict[str, str]] = {}
    for locale in LOCALES:
        compiled = tmp_path / "words.mo"
        source = locale / "zh_Hans" / "LC_MESSAGES" / "django.po"
        subprocess.run(["msgfmt", "-o", compiled, source], check=True, capture_output=True)
        with compiled.open("rb") as file:
            words = GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # the only way to list them
        for key, chinese in words.items():
            if key:
                told.setdefault(key, {})[str(locale.parent.relative_to(ROOT))] = chinese
    clashes = {key: rooms for key, rooms in told.items() if len(set(rooms.values())) > 1}
    assert clashes == {}


TAGS = re.compile(
    r"\{#.*?#\}|\{% comment.*?endcomment %\}|\{% blocktrans.*?endblocktrans.*?%\}"
    r"|\{% blocktranslate.*?endblocktranslate.*?%\}|\{%.*?%\}|\{\{.*?\}\}"
    r"|<(script|style|code|kbd|pre|svg)\b.*?</\1>|<!--.*?-->|<[^>]*>|&\w+;",
    re.DOTALL,
)
NAMES = {
    "OneGrid",
    "一网",
    "English",
    "中文",
    "简体中文",
    "kB",
    "MB",
    "m",
    "QR",
    "Excel",
    "CSV",
    "GeoJSON",
    "GeoPackage",
}


@pytest.mark.parametrize("template", sorted((ROOT / "onegrid").rglob("*.html")), ids=lambda p: p.name)
def test_no_bare_words_in_a_template(template: Path):
    """What remains after tags and translations may hold names and signs, but no words."""
    bare = [
        word for word in re.findall(r"[^\W\d_]+", TAGS.sub(" ", template.read_text())) if word not in NAMES
    ]
    assert bare == [], f"{template.relative_to(ROOT)}: not translatable: {bare[:8]}"


@pytest.mark.parametrize("template", sorted((ROOT / "onegrid").rglob("*.html")), ids=lambda p: p.name)
def test_no_inline_script_or_style(template: Path):
    """The content-security policy forbids them; they would fail silently in the browser."""
    text = re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}", "", template.read_text(), flags=re.DOTALL)
    assert not re.search(r"\sstyle\s*=", text), "inline style"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "inline event handler"
    assert not re.search(r"<script(?![^>]*(src=|nonce=|application/json))[^>]*>", text), "inline script"
