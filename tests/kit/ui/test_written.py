"""Components written out when a template is compiled look exactly as the components do."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.template.engine import Engine
from django_cotton.compiler_regex import CottonCompiler

from onegrid.kit.ui.loader import Loader
from onegrid.kit.ui.written import written_out

ROOT = Path(__file__).parents[3] / "onegrid"
TOKEN = re.compile('value="[A-Za-z0-9]{64}"')  # of a form, another each time
EXAMPLES = sorted((ROOT / "portals/operator/templates/operator/examples").glob("*.html"))
GIVEN = {
    "none": None, "empty": "", "zero": 0, "word": "a & <b>", "icon": "map", "tone": "bad", "yes": True,
    "items": [1, 2], "steps": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def source():
    return Loader(Engine.get_default()).component


@pytest.fixture
def drawn(rf):
    request = rf.get("/gallery/")
    request.user, request.csp_nonce = AnonymousUser(), "abc"

    def draw(text: str) -> str:
        template = engines["django"].from_string(CottonCompiler().process(text))
        return template.render(dict(GIVEN), request)

    return draw


@pytest.mark.parametrize(
    "text",
    [
        '<c-icon name="map" />',
        '<c-icon name="{{ icon }}" /><c-icon name="map" label="{{ word }}" />',
        '<c-badge>{{ word }}</c-badge><c-badge tone="warn" icon="clock" id="a">x</c-badge>',
        '<c-badge tone="{% if yes %}good{% else %}bad{% endif %}" icon="{{ empty }}">x</c-badge>',
        '<c-button>a</c-button><c-button disabled aria-busy="true" tone="primary" icon="x">b</c-button>',
        '<c-button href="{% url \'ui:look\' %}" icon="{{ icon }}">a</c-button>',
        '<c-button href="{{ empty }}?a=1">a</c-button><c-button href="{{ empty }}">b</c-button>',
        '<c-card title="{{ word }}" flush="yes"><c-badge>1</c-badge></c-card><c-card>{{ word }}</c-card>',
        '<c-card title="t"><c-slot name="actions"><c-button>go</c-button></c-slot>x</c-card>',
        '<c-card title="t"><c-slot name="foot">{% if yes %}maybe{% endif %}</c-slot>x</c-card>',
        '<c-tab href="/x" count="{{ zero }}" here="{{ empty }}">a</c-tab><c-tab href="/x" here="yes">b</c-tab>',
        '<c-tab href="/x" here="{% if zero %}yes{% endif %}">a</c-tab>',
        '<c-tab href="/x" here="{% if yes %}yes{% endif %}" />',
        '<c-card title="{% if zero %}t{% endif %}" flush="{% if yes %}yes{% endif %}">a</c-card>',
        '<c-card title="{% translate "Cases" %}">a</c-card><c-card title="{{ empty }}{{ empty }}">b</c-card>',
        '<c-alert tone="good" title="A">x</c-alert><c-alert tone="{{ tone }}">y</c-alert><c-alert>z</c-alert>',
        '<c-field name="q" label="{{ word }}" value="{{ word }}" required="yes" maxlength="40" />',
        '<c-field name="q" label="L" help="H"><select id="field-q"></select></c-field>',
        '<c-empty title="{{ word }}" level="1">x</c-empty><c-empty icon="inbox">y</c-empty>',
        '<c-table label="{{ word }}" stacked="yes"><tbody></tbody></c-table><c-pairs><dt>a</dt></c-pairs>',
        '<c-page-header title="{{ word }}" lead="{{ empty }}" back="/x" /><c-stat label="l" note="n">3</c-stat>',
        '{% for item in items %}<c-badge tone="{{ forloop.counter }}">{{ item }}</c-badge>{% endfor %}',
        '{# <c-badge>no</c-badge> #}{% if yes %}<c-pager label="{{ word }}" after="a">p</c-pager>{% endif %}',
        '<c-badge tone="a & b">x</c-badge>',
        '<c-card><c-card title="inner">x</c-card></c-card>',
    ],
)
def test_it_looks_as_the_component(text, source, drawn):
    assert drawn(written_out(text, source)) == drawn(text)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_example_of_the_gallery_looks_the_same(path, source, drawn):
    text = path.read_text()
    ours, theirs = (TOKEN.sub("", drawn(one)) for one in (written_out(text, source), text))
    assert ours == theirs


def test_small_components_are_gone_from_the_work_list(source):
    written = written_out((ROOT / "portals/desk/templates/desk/queue.html").read_text(), source)
    assert [
        name for name in ("icon", "button", "field", "tabs", "card", "table") if f"<c-{name}" in written
    ] == []


@pytest.mark.parametrize(
    "text",
    [
        '<c-field :field="form.name" />',
        '<c-badge tone="a"b">x</c-badge>',
        "<c-badge>not closed",
        "<c-badge><c-card></c-badge></c-card>",
        '<c-nobody-wrote-it a="b" />',
        "{% verbatim %}<c-badge>x</c-badge>{% endverbatim %}",
        "{# <c-icon name='x' /> #}",
        "no component",
    ],
)
def test_what_cannot_be_told_beforehand_stays_as_it_is(text, source):
    assert written_out(text, source) == text
