"""`python -m tests.house.templates`: every template compiles (unknown tags, unclosed blocks, missing parents)."""

import os
import sys

import django
from django.template import engines
from django.template.exceptions import TemplateDoesNotExist, TemplateSyntaxError

from tests.house.tree import ROOT


def broken() -> list[str]:
    complaints = []
    for path in sorted((ROOT / "onegrid").rglob("templates/**/*.html")):
        name = str(path).split("/templates/", 1)[1]
        try:
            engines["django"].get_template(name)
        except (TemplateSyntaxError, TemplateDoesNotExist) as failure:
            complaints.append(f"{path.relative_to(ROOT)}: {failure}")
    return complaints


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegrid.config.settings")
    django.setup()
    sys.exit("\n".join(broken()) or 0)
