"""Templates with their small components written out (written.py), the others left to django-cotton."""

from functools import lru_cache
from pathlib import Path

from django_cotton.cotton_loader import Loader as CottonLoader

from onegrid.kit.ui.written import written_out


class Loader(CottonLoader):
    def _get_template_string(self, template_name: str) -> str:
        return written_out(super()._get_template_string(template_name), self.component)

    @lru_cache(maxsize=200)  # noqa: B019  a loader lives as long as its process
    def component(self, name: str) -> str | None:
        """The text of its file; None when there is none."""
        place = f"cotton/{name.replace('.', '/').replace('-', '_')}.html"
        found = next((path for folder in self.get_dirs() if (path := Path(folder) / place).is_file()), None)
        return found.read_text() if found else None
