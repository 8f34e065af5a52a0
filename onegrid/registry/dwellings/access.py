"""Permission codes of compounds. A scope reaches them by area, and a firm those that it manages today."""

SEE = "compounds.see"
EDIT = "compounds.edit"
