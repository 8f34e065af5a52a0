"""The one router of paths: GET and POST of one address must stand in the same."""

from ninja import Router

router = Router(tags=["paths"])
