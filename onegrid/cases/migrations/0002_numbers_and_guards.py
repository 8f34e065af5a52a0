from django.db import migrations

# A timeline row or a piece of evidence is written once; the database itself refuses the rest, whoever asks. Test
# databases (named test_...) may be emptied between tests.
GUARD = """
CREATE FUNCTION cases_row_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'rows of % stand: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER cases_step_stands BEFORE UPDATE OR DELETE ON cases_step
    FOR EACH ROW EXECUTE FUNCTION cases_row_stands();
CREATE TRIGGER cases_steps_stand BEFORE TRUNCATE ON cases_step
    FOR EACH STATEMENT EXECUTE FUNCTION cases_row_stands();
CREATE TRIGGER cases_evidence_stands BEFORE UPDATE OR DELETE ON cases_evidence
    FOR EACH ROW EXECUTE FUNCTION cases_row_stands();
CREATE TRIGGER cases_case_stays BEFORE DELETE ON cases_case
    FOR EACH ROW EXECUTE FUNCTION cases_row_stands();
ALTER TABLE cases_step ENABLE ALWAYS TRIGGER cases_step_stands;
ALTER TABLE cases_evidence ENABLE ALWAYS TRIGGER cases_evidence_stands;
"""
UNGUARD = """
DROP TRIGGER cases_case_stays ON cases_case;
DROP TRIGGER cases_evidence_stands ON cases_evidence;
DROP TRIGGER cases_steps_stand ON cases_step;
DROP TRIGGER cases_step_stands ON cases_step;
DROP FUNCTION cases_row_stands();
"""


class Migration(migrations.Migration):
    """Serials of case numbers (rules.case_number), and the append-only guard of the timeline."""

    dependencies = [("cases", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE cases_serial MINVALUE 1 MAXVALUE 9999999 CYCLE", "DROP SEQUENCE cases_serial"
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
