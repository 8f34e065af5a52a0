from django.db import migrations

# A stage of handling began with a step that handed the case to its unit.
WHOSE = """
UPDATE cases_stageclock clock SET org_id = step.to_org_id
FROM cases_step step
WHERE clock.stage = 'handle' AND clock.org_id IS NULL AND step.case_id = clock.case_id
    AND step.at = clock.started_at AND step.to_state = 'dispatched' AND step.to_org_id IS NOT NULL
"""
# Where no step says so, the unit that has the case.
WHOSE_ELSE = """
UPDATE cases_stageclock clock SET org_id = matter.unit_id
FROM cases_case matter
WHERE clock.stage = 'handle' AND clock.org_id IS NULL AND matter.id = clock.case_id
"""
# What nobody took back in a step of its own ended with its stage.
LAPSED = """
UPDATE cases_application asked SET state = 'lapsed'
WHERE asked.state = 'taken_back' AND NOT EXISTS (
    SELECT FROM cases_step step
    WHERE step.case_id = asked.case_id AND step.verb = 'take_back' AND step.at = asked.decided_at
)
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_clock_org_and_lapsed")]

    operations = [
        migrations.RunSQL(WHOSE, migrations.RunSQL.noop),
        migrations.RunSQL(WHOSE_ELSE, migrations.RunSQL.noop),
        migrations.RunSQL(LAPSED, "UPDATE cases_application SET state = 'taken_back' WHERE state = 'lapsed'"),
    ]
