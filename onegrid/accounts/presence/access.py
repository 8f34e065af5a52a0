"""Who signs on to duty, and who may see where people on duty are."""

SIGN_ON = "duties.sign_on"
POSITIONS = "duties.positions"
PURPOSE_MAX = 200  # characters
