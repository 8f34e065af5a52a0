"""Who reads morning briefs."""

SEE = "briefs.see"
