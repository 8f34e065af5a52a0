"""Permission codes of areas. Names and borders are public; changing them is not."""

SEE = "areas.see"
EDIT = "areas.edit"
IMPORT = "areas.import"
