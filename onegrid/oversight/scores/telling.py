"""Signs in words: the figures one was found by, for whoever judges it and for whom it is about."""

from django.utils.translation import gettext as _

from onegrid.oversight.scores.models import Sign, SignKind


def sign_words(sign: Sign) -> str:
    """The figures a sign was found by, as a sentence."""
    told = sign.details
    match sign.kind:
        case SignKind.DUPLICATE:
            return _("%(number)s was merged into %(other)s, which the same person had reported.") % told
        case SignKind.SELF_MADE:
            return (
                _("%(count)s matters of one day were reported and settled within %(minutes)s minutes.") % told
            )
        case SignKind.TRACK:
            words = _(
                "%(before)s and %(number)s: %(metres)s m apart, %(minutes)s minutes between, %(kmh)s km/h."
            )
            return words % told
        case SignKind.FAR:
            return _("The nearest photo of %(number)s was taken %(metres)s m from the matter.") % told
        case SignKind.BARE:
            return _("%(count)s checks on site of one day have no photo.") % told
    return _("%(last)s of the %(all)s reports of %(month)s came on its last %(days)s days.") % told
