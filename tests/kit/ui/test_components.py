"""Every component renders, says what it is to a screen reader, and carries no inline style or script."""

import re
from pathlib import Path

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template import engines
from django.template.loader import render_to_string
from django.utils.translation import override
from django_cotton.compiler_regex import CottonCompiler

from onegrid.kit.errors import NotAllowed, NotFound, Refused, Unavailable
from onegrid.portals.operator.gallery.pages import EXAMPLES, examples

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.html"))
INLINE = re.compile(r"\sstyle=|\son[a-z]+=|javascript:")


@pytest.fixture
def request_(rf):
    request = rf.get("/gallery/")
    request.user, request.csp_nonce = AnonymousUser(), "abc"
    return request


def rendered(source: str, request, **context) -> str:
    return engines["django"].from_string(CottonCompiler().process(source)).render(context, request)


@pytest.mark.parametrize("name", NAMES)
def test_each_example_renders_in_both_themes_without_inline_style(name, request_):
    example = next(one for one in examples(request_) if one.name == name)
    assert [theme for theme, _shown in example.shown] == ["light", "dark"]
    for _theme, shown in example.shown:
        assert len(shown.strip()) > 20
        assert not INLINE.search(shown), INLINE.search(shown)
        assert "<c-" not in shown


def test_the_gallery_shows_every_component():
    cotton = Path(__file__).parents[3] / "onegrid" / "kit" / "ui" / "templates" / "cotton"
    parts_of_shells = {"brand", "language", "map", "path_map", "point_map", "shape_map", "pairs", "tab"}
    assert {path.stem for path in cotton.glob("*.html")} - parts_of_shells == set(NAMES)


class Place(forms.Form):
    name = forms.CharField(label="Place", help_text="A road")
    answer = forms.ChoiceField(choices=[("y", "Yes"), ("n", "No")], widget=forms.RadioSelect)


def test_a_field_ties_label_help_and_error_to_its_input(request_):
    html = rendered('<c-field :field="form.name" />', request_, form=Place({}))
    assert '<label for="id_name">' in html
    assert 'id="id_name_helptext"' in html
    described = re.search(r'aria-describedby="([^"]+)"', html)
    assert described is not None
    for part in described[1].split():
        assert f'id="{part}"' in html
    assert 'aria-invalid="true"' in html


def test_a_choice_is_a_fieldset_with_a_legend(request_):
    html = rendered('<c-field :field="form.answer" />', request_, form=Place())
    assert "<fieldset" in html and "<legend" in html


@pytest.mark.parametrize(
    ("kind", "way_out"),
    [
        (NotAllowed, "looks after accounts"),
        (NotFound, "Check the number"),
        (Refused, "Nothing was changed"),
        (Unavailable, "try again in a moment"),
    ],
)
def test_a_refusal_speaks_and_shows_a_way_out(kind, way_out, request_):
    html = render_to_string(
        "kit/refusal.html", {"refusal": kind("some_code", "The words of the rule.")}, request_
    )
    assert "The words of the rule." in html and way_out in html and "some_code" in html
    assert 'href="/"' in html
    assert not INLINE.search(html)


def test_the_page_of_an_error_needs_nothing_but_itself():
    assert "Something went wrong" in render_to_string("500.html")


def test_html_speaks_the_language_of_the_reader(request_):
    with override("zh-hans"):
        assert '<html lang="zh-Hans"' in render_to_string("kit/page.html", {}, request_)
    with override("en"):
        assert '<html lang="en"' in render_to_string("kit/page.html", {}, request_)


def test_every_script_block_carries_the_nonce(request_):
    html = render_to_string("kit/page.html", {}, request_)
    for script in re.findall(r"<script\b[^>]*>", html):
        assert "src=" in script or 'nonce="abc"' in script
