"""The map of the street for signed-in staff."""
