"""The words of each step: what it is, what it is good for, and the pages where it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


@dataclass(frozen=True)
class Link:
    """`url_name`: of the page; the first link of a step is its button."""

    url_name: str
    label: str | Promise


@dataclass(frozen=True)
class Step:
    title: str | Promise
    why: str | Promise
    links: tuple[Link, ...]


STEPS: Mapping[str, Step] = {
    "grids": Step(
        _("Street, communities and grids"),
        _(
            "A report finds its grid by the border. Import one file for each level, from above: the street, then its"
            " communities, then their grids. Without a file, open the street by name and the levels below it on its"
            " page."
        ),
        (
            Link("operator:areas_imports", _("Import areas")),
            Link("operator:area_open_top", _("Open an area without a file")),
            Link("operator:area_tree", _("Areas")),
        ),
    ),
    "centre": Step(
        _("The street's centre"),
        _(
            "An organisation of the kind “Street centre”, for the street. It has every matter that was verified:"
            " there it is filed, dispatched and closed."
        ),
        (Link("operator:org_open", _("Open an organisation")),),
    ),
    "units": Step(
        _("Units that handle matters"),
        _(
            "Street offices, departments, property firms, each for the area it serves. Community stations too,"
            " where a community settles things itself."
        ),
        (Link("operator:org_open", _("Open an organisation")), Link("operator:orgs", _("Organisations"))),
    ),
    "workers": Step(
        _("People who go there"),
        _(
            "Grid workers verify and check on site. Post and role “Grid worker”, area of work: the grid. The post is"
            " enough to answer for it; duties say at which hours, and who deputises."
        ),
        (
            Link("operator:person_new", _("Add a person")),
            Link("operator:people_import", _("Many people from Excel")),
            Link("operator:duties", _("Duties")),
        ),
    ),
    "desk": Step(
        _("People at the desk"),
        _(
            "A shift leader files and closes, a dispatcher dispatches. Organisation: the street's centre; area of"
            " work: the street. An acceptance clerk takes down calls."
        ),
        (
            Link("operator:person_new", _("Add a person")),
            Link("operator:people_import", _("Many people from Excel")),
        ),
    ),
    "officers": Step(
        _("People of the units"),
        _(
            "Department officers handle and report back. Organisation: their unit; the area of work stays empty."
        ),
        (
            Link("operator:person_new", _("Add a person")),
            Link("operator:people_import", _("Many people from Excel")),
        ),
    ),
    "classes": Step(
        _("Classes, filing standards, limits"),
        _(
            "They came with the installation. Limits that are marked as a local sample are one city's: put your own"
            " in their place, and say in the dispatch list which unit has which class."
        ),
        (Link("desk:catalog", _("Catalogue")), Link("desk:catalog_rules", _("Dispatch list"))),
    ),
    "closed": Step(
        _("The first matter, closed"),
        _(
            "Report something as a resident does, without signing in. Then each in turn: the grid worker verifies,"
            " the shift leader files, the dispatcher dispatches, the officer reports back, the worker checks, the"
            " shift leader closes."
        ),
        (Link("resident:report", _("Report something")),),
    ),
}


COUNTS: Mapping[str, Callable[[int], str]] = {
    "grids": lambda n: ngettext("%(n)s grid", "%(n)s grids", n) % {"n": n},
    "centre": lambda n: ngettext("%(n)s centre", "%(n)s centres", n) % {"n": n},
    "units": lambda n: ngettext("%(n)s unit", "%(n)s units", n) % {"n": n},
    "workers": lambda n: ngettext("%(n)s person", "%(n)s people", n) % {"n": n},
    "desk": lambda n: ngettext("%(n)s person", "%(n)s people", n) % {"n": n},
    "officers": lambda n: ngettext("%(n)s person", "%(n)s people", n) % {"n": n},
    "classes": lambda n: ngettext("%(n)s class", "%(n)s classes", n) % {"n": n},
    "closed": lambda n: "",
}
LACKS: Mapping[str, Callable[[int], str]] = {
    "grids": lambda n: (
        ngettext(
            "%(n)s area has no border: a point on the map finds nothing there",
            "%(n)s areas have no border: a point on the map finds nothing there",
            n,
        )
        % {"n": n}
    ),
    "workers": lambda n: (
        ngettext(
            "%(n)s grid has nobody of its own: whoever serves above it answers there",
            "%(n)s grids have nobody of their own: whoever serves above them answers there",
            n,
        )
        % {"n": n}
    ),
    "desk": lambda n: (
        ngettext(
            "nobody for %(n)s of the three: file, dispatch, close",
            "nobody for %(n)s of the three: file, dispatch, close",
            n,
        )
        % {"n": n}
    ),
}
