"""How a room becomes a Django app: its nouns' tables, listeners and jobs are found by file name."""

import pkgutil
from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig, apps


class Room(AppConfig):
    """One app per room; `models.py` of each noun folder belongs to it, and so do the other file roles."""

    default = False
    on_ready = ("access", "facts", "plugins", "listeners", "jobs", "admin")

    def import_models(self) -> None:
        self.models = apps.all_models[self.label]
        for module in self.noun_modules("models"):
            import_module(module)
        self.models_module = self.module  # content types and permissions are made for apps that have one

    def ready(self) -> None:
        for role in self.on_ready:
            for module in self.noun_modules(role):
                import_module(module)

    def noun_modules(self, role: str) -> list[str]:
        """Names of `<room>.<noun>.<role>` modules that exist, in order."""
        nouns = [m.name for m in pkgutil.iter_modules([self.path]) if m.ispkg and m.name != "migrations"]
        names = [f"{self.name}.{noun}.{role}" for noun in sorted(nouns)]
        return [name for name in names if find_spec(name) is not None]
