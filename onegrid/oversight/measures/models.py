"""Records made from timelines and clocks, never by hand, and sums of them by day. All of it may be made anew."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User
from onegrid.accounts.orgs.models import Organisation
from onegrid.cases.catalog.models import CaseClass
from onegrid.cases.flow.models import Case, StageClock
from onegrid.oversight.measures.counters import SUMMED
from onegrid.places.areas.models import Area


def _to(model: type[models.Model]) -> Any:
    """A reference copied from the case: the database checked it there, and does not check it again at each record."""
    return models.ForeignKey(
        model, models.PROTECT, null=True, related_name="+", db_index=False, db_constraint=False
    )


class CaseRecord(models.Model):
    """One case as it stands. Days are those of the street (Asia/Shanghai).

    `reporter`: who opened it, where that was somebody with an account. `due_on`: the day of its last handling
    limit, else of its last clock; None while a clock is held, and of imported history. `late`: a stage ran over and
    was not excused. `valid`: it was filed, or settled on the spot. `rated_on`: the reporter's last word after
    closing; `solved`: he did not ask for it to be done again. `duplicate`: merged into another case.
    """

    case = models.OneToOneField(
        Case, models.CASCADE, primary_key=True, related_name="record", db_constraint=False
    )
    area_path = models.CharField(max_length=120, db_collation="C")
    grid = _to(Area)
    community = _to(Area)
    street = _to(Area)
    case_class = _to(CaseClass)
    unit = _to(Organisation)
    reporter = _to(User)
    channel = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    reported_on = models.DateField()
    filed_on = models.DateField(null=True)
    dispatched_on = models.DateField(null=True)
    handled_on = models.DateField(null=True)
    checked_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    late = models.BooleanField(default=False)
    valid = models.BooleanField(default=False)
    self_handled = models.BooleanField(default=False)
    duplicate = models.BooleanField(default=False)
    reworks = models.PositiveSmallIntegerField(default=0)
    returns = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    pressed = models.PositiveSmallIntegerField(default=0)
    rated_on = models.DateField(null=True)
    stars = models.PositiveSmallIntegerField(null=True)
    satisfied = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("case record")
        indexes = [
            models.Index(fields=["reported_on", "area_path"], name="record_reported"),
            models.Index(fields=["due_on", "area_path"], name="record_due", condition=~Q(due_on=None)),
            models.Index(fields=["rated_on"], name="record_rated", condition=~Q(rated_on=None)),
            models.Index(
                fields=["reporter", "reported_on"], name="record_reporter", condition=~Q(reporter=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"


class StageRecord(models.Model):
    """One stage of one case: one clock, and the step that ended it.

    `user`, `org`: who ended it and for whom; `verb`: how; "" while it runs. `unit`: whose clock it was, else the unit
    of the case. `undone`: what ended it was taken back (a filed case cancelled, a dispatched one returned).
    `worked`: working minutes of handling without its pauses; None for other stages. `first`: of its case.
    """

    clock = models.OneToOneField(
        StageClock, models.CASCADE, primary_key=True, related_name="record", db_constraint=False
    )
    case = models.ForeignKey(Case, models.CASCADE, related_name="stage_records", db_constraint=False)
    area_path = models.CharField(max_length=120, db_collation="C")
    case_class = _to(CaseClass)
    unit = _to(Organisation)
    user = _to(User)
    org = _to(Organisation)
    stage = models.CharField(max_length=10)
    verb = models.CharField(max_length=20, blank=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    late = models.BooleanField(default=False)
    excused = models.BooleanField(default=False)
    undone = models.BooleanField(default=False)
    first = models.BooleanField(default=False)
    worked = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("stage record")
        indexes = [
            models.Index(fields=["due_on", "area_path"], name="stage_due", condition=~Q(due_on=None)),
            models.Index(fields=["ended_on", "area_path"], name="stage_ended", condition=~Q(ended_on=None)),
            models.Index(fields=["user", "ended_on"], name="stage_user", condition=~Q(user=None)),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stage} {self.verb}"


class DayKey(models.Model):
    """A day, an area (the case's own, mostly a grid), a unit and a class: what sums are kept by."""

    day = models.DateField()
    area_path = models.CharField(max_length=120, db_collation="C")
    unit = _to(Organisation)
    case_class = _to(CaseClass)

    class Meta:
        abstract = True


class DayCount(DayKey):
    """How many records counted in each counter on that day; one column a counter (counters.py)."""

    class Meta:
        verbose_name = _("counts of a day")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "area_path", "unit", "case_class"],
                name="one_count_per_day",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.area_path}"


for _name in SUMMED:
    DayCount.add_to_class(_name, models.IntegerField(default=0, db_default=0))


class OpenDay(DayKey):
    """How many cases were open, and of these overdue, when that day ended."""

    open = models.IntegerField(default=0, db_default=0)
    overdue = models.IntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = _("open at the end of a day")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "area_path", "unit", "case_class"],
                name="one_open_per_day",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.area_path} {self.open}"


class Counted(models.Model):
    """One row: until which day (included) it is counted what stood open."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    through = models.DateField(null=True)
    rebuilt_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("state of the counting")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_state_of_counting")]

    def __str__(self) -> str:
        return f"{self.through}"
