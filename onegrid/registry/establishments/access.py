"""Permission codes of establishments."""

SEE = "establishments.see"
EDIT = "establishments.edit"
