"""Alerts (告警): operators are told when a part of the platform turns bad, and when it is well again."""
