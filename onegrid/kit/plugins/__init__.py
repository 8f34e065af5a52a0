"""Plug-in points: a lower room declares a registry, higher rooms or outside packages fill it."""

from onegrid.kit.plugins.registry import Registry

__all__ = ["Registry"]
