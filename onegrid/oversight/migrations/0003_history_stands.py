from django.db import migrations

# As of a case's timeline (cases/0002): what was written stands. Test databases (test_...) may be emptied.
GUARD = """
CREATE FUNCTION oversight_row_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\\_%' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'rows of % stand: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER oversight_line_stands BEFORE UPDATE OR DELETE ON oversight_instructionline
    FOR EACH ROW EXECUTE FUNCTION oversight_row_stands();
CREATE TRIGGER oversight_lines_stand BEFORE TRUNCATE ON oversight_instructionline
    FOR EACH STATEMENT EXECUTE FUNCTION oversight_row_stands();
CREATE TRIGGER oversight_file_stands BEFORE UPDATE OR DELETE ON oversight_instructionfile
    FOR EACH ROW EXECUTE FUNCTION oversight_row_stands();
ALTER TABLE oversight_instructionline ENABLE ALWAYS TRIGGER oversight_line_stands;
ALTER TABLE oversight_instructionfile ENABLE ALWAYS TRIGGER oversight_file_stands;
"""
UNGUARD = """
DROP TRIGGER oversight_file_stands ON oversight_instructionfile;
DROP TRIGGER oversight_lines_stand ON oversight_instructionline;
DROP TRIGGER oversight_line_stands ON oversight_instructionline;
DROP FUNCTION oversight_row_stands();
"""


class Migration(migrations.Migration):
    """The history of written instructions is appended only."""

    dependencies = [("oversight", "0002_instructions")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
