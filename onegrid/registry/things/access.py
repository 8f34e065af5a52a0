"""Permission codes of things. A scope reaches them by area, and by the organisation in charge of them."""

SEE = "things.see"
EDIT = "things.edit"
PROPOSE = "things.propose"
DECIDE = "things.decide"
