"""The complaints of the rules in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegrid.kit.errors import Refused
from onegrid.places.areas.rules import Complaint

WORDS: dict[str, str | Promise] = {
    "code_has_odd_characters": _("The code “%(code)s” may have up to 24 letters, digits and hyphens only."),
    "code_is_not_digits": _("The code “%(code)s” must consist of digits only."),
    "code_has_wrong_length": _("The code “%(code)s” has %(found)s digits; this level needs %(digits)s."),
    "division_begins_with_00": _("The code “%(code)s” begins with 00; no province has that number."),
    "province_ends_in_0000": _("The code “%(code)s” is not a province: it must end in 0000 (GB/T 2260)."),
    "city_ends_in_00": _(
        "The code “%(code)s” is not a city: it must end in 00 and its city part must not be 00."
    ),
    "district_part_is_00": _("The code “%(code)s” has the district part 00."),
    "street_part_not_assigned": _(
        "The street part “%(part)s” of “%(code)s” is not assigned: 001-099 are streets, 100-199 towns, "
        "200-399 townships, 400-599 special units (GB/T 10114)."
    ),
    "community_part_is_000": _("The community part of “%(code)s” is 000; it begins at 001."),
    "sequence_is_000": _("The sequence number of “%(code)s” is 000; it begins at 001."),
    "code_not_of_parent": _(
        "The code “%(code)s” does not belong below %(parent)s: it must begin with %(begins)s."
    ),
    "level_not_used": _("The level “%(kind)s” is not used here."),
    "level_needs_parent": _("An area of the level “%(kind)s” cannot stand alone; it needs an area above it."),
    "level_not_below": _("An area of the level “%(kind)s” cannot hang below one of the level “%(parent)s”."),
    "level_unknown": _("The plan of levels names “%(kind)s” below “%(parent)s”, which it does not know."),
    "level_below_itself": _("In this plan the level “%(kind)s” would hang below itself."),
}


def message(found: Complaint) -> str:
    """The complaint as a translated sentence."""
    return str(WORDS[found.code]) % found.details


def refuse(found: Complaint | None) -> None:
    """Raises Refused for a complaint; does nothing for None."""
    if found is not None:
        raise Refused(found.code, message(found), **found.details)
