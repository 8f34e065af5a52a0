"""The complaints of the rules in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegrid.kit.errors import Refused
from onegrid.places.areas.rules import Complaint

WORDS: dict[str, str | Promise] = {
    "code_has_odd_characters": _("The code “%(given)s” may have up to 24 letters, digits and hyphens only."),
    "code_is_not_digits": _("The code “%(given)s” must consist of digits only."),
    "code_has_wrong_length": _("The code “%(given)s” has %(found)s digits; this level needs %(digits)s."),
    "division_begins_with_00": _("The code “%(given)s” begins with 00; no province has that number."),
    "province_ends_in_0000": _("The code “%(given)s” is not a province: it must end in 0000 (GB/T 2260)."),
    "city_ends_in_00": _(
        "The code “%(given)s” is not a city: it must end in 00 and its city part must not be 00."
    ),
    "district_part_is_00": _("The code “%(given)s” has the district part 00."),
    "street_part_not_assigned": _(
        "The street part “%(part)s” of “%(given)s” is not assigned: 001-099 are streets, 100-199 towns, "
        "200-399 townships, 400-599 special units (GB/T 10114)."
    ),
    "community_part_is_000": _("The community part of “%(given)s” is 000; it begins at 001."),
    "sequence_is_000": _("The sequence number of “%(given)s” is 000; it begins at 001."),
    "code_not_of_parent": _(
        "The code “%(given)s” does not belong below %(parent)s: it must begin with %(begins)s."
    ),
    "level_not_used": _("The level “%(kind)s” is not used here."),
    "level_needs_parent": _("An area of the level “%(kind)s” cannot stand alone; it needs an area above it."),
    "level_not_below": _("An area of the level “%(kind)s” cannot hang below one of the level “%(parent)s”."),
    "level_unknown": _("The plan of levels names “%(kind)s” below “%(parent)s”, which it does not know."),
    "level_below_itself": _("In this plan the level “%(kind)s” would hang below itself."),
    # files
    "file_has_no_layer": _("There is no layer in the file."),
    "file_kind_unknown": _("This is neither GeoJSON nor a GeoPackage nor a zipped Shapefile."),
    "file_has_no_features": _("There is not one feature in the file."),
    "file_has_too_many_features": _("The file has %(count)s features; at most %(most)s are read at once."),
    "file_has_too_many_points": _("The borders in the file have more than %(most)s points."),
    "file_needs_too_much_memory": _("Reading the file would need too much memory."),
    "file_cannot_be_read": _("The file could not be read: %(why)s"),
    "encoding_unknown": _("The texts in the .dbf can be read in none of these encodings: %(tried)s."),
    "column_is_missing": _("The file has no column “%(column)s”. It has: %(columns)s."),
    # one feature of a file
    "geometry_is_empty": _("it has no border"),
    "geometry_is_no_polygon": _("its border is not a polygon but a %(found)s"),
    "coordinates_are_not_numbers": _("a coordinate is not a number"),
    "coordinates_are_not_degrees": _(
        "its coordinates are not degrees (%(x)s, %(y)s), and the file does not say what they are"
    ),
    "axes_are_swapped": _("latitude stands before longitude (%(x)s, %(y)s)"),
    "geometry_is_not_valid": _("its border is not valid: %(reason)s at %(place)s"),
    "repaired": _("its border crossed itself and was repaired; please look at it"),
    "code_is_empty": _("it has no code"),
    "name_is_empty": _("it has no name"),
    "name_is_too_long": _("its name is longer than %(most)s characters"),
    "parent_is_not_open": _("“%(parent)s” above it is not open on that day"),
    "code_twice_in_file": _("its code “%(twice)s” is also that of feature %(first)s"),
    "no_area_above": _("no open area that may stand above it contains it"),
    "areas_below_are_open": _(
        "its border changes, but areas below it are open: “%(name)s”. Let them move over, or close them"
    ),
    "redrawn_too_early": _("its border changes on a day before it began (%(valid_from)s)"),
}


def message(found: Complaint) -> str:
    """The complaint as a translated sentence."""
    return str(WORDS[found.code]) % found.details


def sentence(error: dict) -> str:
    """An entry of a report's errors or notes: {"number", "area", "code", figures}."""
    reason = str(WORDS[error["code"]]) % error
    return str(_("Feature %(number)s (%(area)s): %(reason)s")) % {
        "number": error["number"],
        "area": error.get("area") or "—",
        "reason": reason,
    }


def trouble(code: str, details: dict) -> Refused:
    """What the reading process found, as a refusal."""
    shown = {
        key: ", ".join(map(str, value)) if isinstance(value, list) else value
        for key, value in details.items()
    }
    return Refused(code, str(WORDS[code]) % shown, **details)


def refuse(found: Complaint | None) -> None:
    """Raises Refused for a complaint; does nothing for None."""
    if found is not None:
        raise Refused(found.code, message(found), **found.details)
