"""督查通: what leaders and supervisors see and say, on a phone first."""
