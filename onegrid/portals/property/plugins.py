"""The property firm's way in the shell."""

from django.utils.translation import gettext_lazy as _

from onegrid.kit.ui import NAVIGATION, NavigationEntry


@NAVIGATION.register("property_compounds")
class Compounds(NavigationEntry):
    """For firms and communities; others reach a compound from their own pages."""

    label, url_name, icon, order = _("Compounds"), "property:compounds", "building", 25
    permission = ("compounds.see", "cuts.write")
