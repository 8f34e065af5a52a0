"""Writing the catalogue, the dispatch list, and the precedents."""

from onegrid.cases.catalog.actions.classes import add_class, remove_class
from onegrid.cases.catalog.actions.dispatching import set_dispatch_rule
from onegrid.cases.catalog.actions.drafts import (
    change_class,
    change_standard,
    discard_draft,
    publish_draft,
    set_stage_limit,
    start_draft,
)
from onegrid.cases.catalog.actions.editing import rewrite_class, set_version_limits
from onegrid.cases.catalog.actions.importing import (
    choose_meaning,
    discard_standard_import,
    start_standard_import,
    take_standard_import,
)
from onegrid.cases.catalog.actions.loading import load_catalog, load_mappings
from onegrid.cases.catalog.actions.precedents import remember_precedent
from onegrid.cases.catalog.actions.ruledrafts import (
    discard_rule_draft,
    keep_rule_draft,
    publish_rule_drafts,
)

__all__ = [
    "add_class",
    "change_class",
    "change_standard",
    "choose_meaning",
    "discard_draft",
    "discard_rule_draft",
    "discard_standard_import",
    "keep_rule_draft",
    "load_catalog",
    "load_mappings",
    "publish_draft",
    "publish_rule_drafts",
    "remember_precedent",
    "remove_class",
    "rewrite_class",
    "set_dispatch_rule",
    "set_stage_limit",
    "set_version_limits",
    "start_draft",
    "start_standard_import",
    "take_standard_import",
]
