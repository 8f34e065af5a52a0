"""The masks as template filters: `{% load masks %}`, `{{ case.reporter_phone|mask_phone }}`."""

from django import template

from onegrid.kit.crypto import masking

register = template.Library()
for mask in (masking.mask_phone, masking.mask_name, masking.mask_citizen_id, masking.mask_address):
    register.filter(mask.__name__, mask)
