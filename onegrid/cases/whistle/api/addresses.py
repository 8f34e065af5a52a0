"""The one router of whistles: GET and POST of one address must stand in the same."""

from ninja import Router

router = Router(tags=["whistles"])
