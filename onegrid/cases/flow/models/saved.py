"""Work lists that somebody keeps under a name."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from onegrid.accounts.identity.models import User

NAME_MAX, QUERY_MAX = 40, 600


class SavedFilter(models.Model):
    """`query`: of the list's address, such as "?state=filed&sort=due". It widens nothing: scope is asked anew."""

    user = models.ForeignKey(User, models.CASCADE, related_name="saved_filters", db_index=False)
    name = models.CharField(_("name"), max_length=NAME_MAX)
    query = models.CharField(max_length=QUERY_MAX)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = _("saved filter")
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="one_saved_filter_per_name")]

    def __str__(self) -> str:
        return self.name
