"""Who visits, who arranges visits. What is sealed is opened only by `actions.open_file`, with a purpose on record."""

DO = "visits.do"
PLAN = "visits.plan"
