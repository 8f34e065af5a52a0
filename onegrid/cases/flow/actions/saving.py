"""Filters of work lists under a name: one's own, nobody else's."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from onegrid.accounts.identity.models import User
from onegrid.cases.flow.access import SEE
from onegrid.cases.flow.models import SavedFilter
from onegrid.cases.flow.models.saved import NAME_MAX, QUERY_MAX
from onegrid.kit.errors import NotAllowed, NotFound, Refused

MOST = 30


@transaction.atomic
def save_filter(*, name: str, query: str, by: User, at: datetime) -> SavedFilter:
    """Keeps the address of a list under a name. Refused: bad_name, name_taken, too_many_filters, query_too_long."""
    _may(by)
    if len(query) > QUERY_MAX:
        raise Refused("query_too_long", _("This filter is too long to be kept."))
    User.objects.select_for_update().get(pk=by.pk)  # so that two at once do not pass the cap
    if SavedFilter.objects.filter(user=by).count() >= MOST:
        raise Refused("too_many_filters", _("At most %(most)s filters are kept.") % {"most": MOST})
    return _named(SavedFilter(user=by, query=query, saved_at=at), name)


@transaction.atomic
def rename_filter(*, filter_id: int, name: str, by: User) -> SavedFilter:
    """Refused: bad_name, name_taken. Somebody else's filter is NotFound."""
    return _named(_own(filter_id, by), name)


@transaction.atomic
def delete_filter(*, filter_id: int, by: User) -> None:
    """Somebody else's filter is NotFound."""
    _own(filter_id, by).delete()


def _named(kept: SavedFilter, name: str) -> SavedFilter:
    kept.name = " ".join(name.replace("\x00", "").split())
    if not 0 < len(kept.name) <= NAME_MAX:
        raise Refused("bad_name", _("A name has 1 to %(most)s characters.") % {"most": NAME_MAX})
    try:
        with transaction.atomic():
            kept.save()
    except IntegrityError:
        raise Refused("name_taken", _("You have a filter of this name already.")) from None
    return kept


def _own(filter_id: int, by: User) -> SavedFilter:
    _may(by)
    kept = SavedFilter.objects.select_for_update().filter(pk=filter_id, user=by).first()
    if kept is None:
        raise NotFound("no_such_filter", _("There is no such filter."))
    return kept


def _may(by: User) -> None:
    if not by.scope(SEE).reaches:
        raise NotAllowed("not_allowed", _("Your role does not include this."), what=SEE)
