"""The registry: things and establishments now; people and dwellings later."""
