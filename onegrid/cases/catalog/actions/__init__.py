"""Writing the catalogue, the dispatch list, and the precedents."""

from onegrid.cases.catalog.actions.dispatching import set_dispatch_rule
from onegrid.cases.catalog.actions.drafts import (
    change_class,
    change_standard,
    discard_draft,
    publish_draft,
    set_stage_limit,
    start_draft,
)
from onegrid.cases.catalog.actions.loading import load_catalog, load_mappings
from onegrid.cases.catalog.actions.precedents import remember_precedent

__all__ = [
    "change_class",
    "change_standard",
    "discard_draft",
    "load_catalog",
    "load_mappings",
    "publish_draft",
    "remember_precedent",
    "set_dispatch_rule",
    "set_stage_limit",
    "start_draft",
]
