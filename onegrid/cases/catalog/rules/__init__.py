"""Decisions of the catalogue as pure Python: choosing, spelling of limits, sheets, differences."""

from onegrid.cases.catalog.rules.choosing import ancestors, best_rule, nearest

__all__ = ["ancestors", "best_rule", "nearest"]
