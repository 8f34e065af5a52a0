"""People's own words, as an application reads them: hidden, unless somebody wrote down what for it gets them.

Decision 0051. People read them as they were written: they handle the matter.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from onegrid.cases.flow.access import reads_words
from onegrid.cases.flow.models import Case
from onegrid.cases.flow.queries.filters import Filters
from onegrid.cases.flow.queries.reporters import reporters_named
from onegrid.cases.flow.rules import number_in
from onegrid.kit.actors import Actor
from onegrid.kit.crypto.hiding import without_names, without_numbers
from onegrid.kit.errors import NotAllowed

# What people wrote stands under these names, in answers about cases and paths.
WORDS = {"text", "address", "words", "reason", "task", "result", "answer", "work"}


def rows_read_by(viewer: Actor, rows: list[dict[str, Any]], cases: Sequence[Case]) -> list[dict[str, Any]]:
    """Rows of these cases, in their order. At most one query, whatever their number."""
    if reads_words(viewer):
        return rows
    named = reporters_named([case.pk for case in cases], viewer=viewer)
    return [hidden(row, named.get(case.pk, ())) for row, case in zip(rows, cases, strict=True)]


def one_read_by(viewer: Actor, shown: dict[str, Any], case: Case | None) -> dict[str, Any]:
    """`case`: whose reporter may be named in it; None: of a path, which nobody reports by name."""
    if reads_words(viewer):
        return shown
    return hidden(shown) if case is None else rows_read_by(viewer, [shown], [case])[0]


def hidden(shown: Any, names: Sequence[str] = (), *, words: bool = False) -> Any:
    """The same with numbers, these names, and names that something introduces hidden in what people wrote."""
    if isinstance(shown, dict):
        return {key: hidden(value, names, words=key in WORDS) for key, value in shown.items()}
    if isinstance(shown, list):
        return [hidden(value, names, words=words) for value in shown]
    return without_names(without_numbers(shown), names) if words and isinstance(shown, str) else shown


def require_words_for(viewer: Actor, filters: Filters) -> None:
    """Who does not read the words may not guess at them by searching: a phone would be found digit by digit."""
    if filters.q and not reads_words(viewer) and not number_in(filters.q.strip().upper()):
        words = _(
            "This application looks cases up by their whole number only: it is not given people's words."
        )
        raise NotAllowed("words_not_given", words)
