"""What is wrong with a workbook, in the words of whoever keeps it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegrid.cases.catalog.rules.sheets import COLUMNS, Problem, Unfit
from onegrid.kit.errors import Refused

SENTENCES = {
    "formula": gettext_lazy("This cell holds a formula. Paste its value instead."),
    "too_long": gettext_lazy("This text is too long; at most %(about)s signs."),
    "control_sign": gettext_lazy("This text holds a sign that cannot be seen. Type it anew."),
    "major_code_missing": gettext_lazy("The code of the major class is missing."),
    "bad_major_code": gettext_lazy("“%(about)s” is no code of a major class: one or two digits."),
    "name_missing": gettext_lazy("The name is missing."),
    "name_differs": gettext_lazy("The same code is called “%(about)s” further up."),
    "code_missing": gettext_lazy("The code of the class is missing. %(about)s"),
    "bad_code": gettext_lazy("“%(about)s” is no class code: two or three digits, or four or five with the major."),
    "code_of_other_major": gettext_lazy("The code “%(about)s” does not begin with the code of its major class."),
    "code_without_zero": gettext_lazy("“%(about)s” is a number and may lack its zero. Write the whole code as text."),
    "code_twice": gettext_lazy("This code stands further up already, under another name: %(about)s"),
    "goes_on": gettext_lazy("This class began in row %(about)s; the row is added to it."),
    "unit_differs": gettext_lazy("The class has another unit further up: “%(about)s”"),
    "no_unit": gettext_lazy("No unit is named; the dispatch list or the street decides."),
    "nothing_said": gettext_lazy("This row says nothing: neither condition nor limit."),
    "no_condition": gettext_lazy("No condition is given: the class comes without a filing standard."),
    "condition_missing": gettext_lazy("The filing condition is missing."),
    "condition_twice": gettext_lazy("The class has the same filing condition twice."),
    "closing_missing": gettext_lazy("The closing condition is missing."),
    "limit_empty": gettext_lazy("The limit is missing."),
    "limit_range": gettext_lazy("“%(about)s” is a range or an estimate. Write one limit."),
    "limit_at_once": gettext_lazy("“%(about)s”: say above how long “at once” may take."),
    "limit_no_number": gettext_lazy("“%(about)s” holds no number."),
    "limit_no_unit": gettext_lazy("“%(about)s” holds no unit: hours or days, and which?"),
    "limit_bare_day": gettext_lazy("“%(about)s”: say above what a bare 天 means."),
    "limit_bare_hour": gettext_lazy("“%(about)s”: say above what a bare 小时 means."),
    "limit_fraction": gettext_lazy("“%(about)s” is no whole number of this unit."),
    "limit_zero": gettext_lazy("A limit cannot be zero."),
    "limit_too_long": gettext_lazy("“%(about)s” is longer than ten years."),
    "limit_unclear": gettext_lazy("“%(about)s” cannot be read as a limit."),
}  # fmt: skip
UNFIT = {
    "missing_sheet": gettext_lazy("There is no sheet “%(sheet)s”. The file has: %(about)s"),
    "sheet_twice": gettext_lazy("Several sheets could be “%(sheet)s”: %(about)s"),
    "missing_header": gettext_lazy("The sheet “%(sheet)s” has no row of column names in its first ten rows."),
    "missing_column": gettext_lazy("The sheet “%(sheet)s” lacks the columns: %(about)s"),
}  # fmt: skip


def sentence(problem: Problem) -> str:
    return str(SENTENCES[problem.code] % {"about": problem.about}).strip()


def whole_sentence(problem: Problem) -> str:
    """With its place: what a list of problems and the console show."""
    words = _("Sheet “%(sheet)s”, row %(row)s, column “%(column)s”: %(words)s")
    return words % {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": COLUMNS[problem.column],
        "words": sentence(problem),
    }


def unfit(found: Unfit) -> Refused:
    """The workbook as a whole cannot be taken."""
    words = str(UNFIT[found.code] % {"sheet": found.sheet, "about": found.about})
    return Refused(found.code, words, sheet=found.sheet, about=found.about)
