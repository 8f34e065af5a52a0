"""Permission codes of patrols. A scope reaches them by area."""

SEE = "patrols.see"
DO = "patrols.do"
PLAN = "patrols.plan"
