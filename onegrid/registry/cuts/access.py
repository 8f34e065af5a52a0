"""Permission codes of planned cuts. They are reached like their compound."""

WRITE = "cuts.write"
CONFIRM = "cuts.confirm"
