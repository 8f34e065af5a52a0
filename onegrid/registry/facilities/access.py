"""Permission codes of facilities. They are reached like the compound they stand in."""

KEEP = "facilities.keep"
