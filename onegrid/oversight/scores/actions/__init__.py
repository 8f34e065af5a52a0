"""The only door for writes: one verb a function."""

from onegrid.oversight.scores.actions.appealing import appeal, correct, decide_appeal
from onegrid.oversight.scores.actions.exporting import export_ranks, export_score
from onegrid.oversight.scores.actions.reviewing import find_signs, review_sign
from onegrid.oversight.scores.actions.ruling import (
    discard_draft,
    keep_draft,
    load_rules,
    publish_rule,
    start_draft,
)
from onegrid.oversight.scores.actions.running import make_due_runs, run_scores

__all__ = [
    "appeal",
    "correct",
    "decide_appeal",
    "discard_draft",
    "export_ranks",
    "export_score",
    "find_signs",
    "keep_draft",
    "load_rules",
    "make_due_runs",
    "publish_rule",
    "review_sign",
    "run_scores",
    "start_draft",
]
