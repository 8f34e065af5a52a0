"""Permission codes of measures. A scope reaches them by area, and by the unit a case is or was with."""

SEE = "measures.see"
