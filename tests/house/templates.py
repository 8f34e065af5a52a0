"""`python -m tests.house.templates`: every template compiles, and no block counts on what another has named.

A name that a tag gives (`{% url … as back %}`) is gone at the end of its block: used in the next, it is empty.
"""

import os
import re
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


BLOCK = re.compile(r"{% block \w+ %}(.*?){% endblock %}", re.S)
SENTENCE = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}", re.S)  # its names are its own
GIVEN = re.compile(r"{%[^%]*? (?:as|asvar) (\w+)")


def unnamed() -> list[str]:
    """Names that a block shows and only another block of the template gives."""
    complaints = []
    for path in sorted((ROOT / "onegrid").rglob("templates/**/*.html")):
        blocks = BLOCK.findall(path.read_text())
        given = [set(GIVEN.findall(block)) for block in blocks]
        for block, here in zip(blocks, given, strict=True):
            elsewhere = set().union(*given) - here
            lost = elsewhere & set(re.findall(r"{{ (\w+)", SENTENCE.sub("", block)))
            complaints += [f"{path.relative_to(ROOT)}: {name}" for name in sorted(lost)]
    return complaints


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegrid.config.settings")
    django.setup()
    sys.exit("\n".join(broken() + unnamed()) or 0)
