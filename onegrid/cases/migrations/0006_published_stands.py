from django.db import migrations

# A published version never changes, whoever asks: its classes, rows, limits and duty lines cannot be written, and of
# the version itself only the last day may be set, once. Test databases (named test_...) may say otherwise for a test.
GUARD = """
CREATE FUNCTION cases_catalog_is_open() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT current_database() LIKE 'test\\_%' AND current_setting('onegrid.catalog_open', true) = 'on'
$$;
CREATE FUNCTION cases_published_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched bigint[];
BEGIN
    IF cases_catalog_is_open() THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_TABLE_NAME IN ('cases_standard', 'cases_dutyline') THEN
        IF TG_OP <> 'INSERT' THEN
            touched := touched || (SELECT version_id FROM cases_caseclass WHERE id = OLD.case_class_id);
        END IF;
        IF TG_OP <> 'DELETE' THEN
            touched := touched || (SELECT version_id FROM cases_caseclass WHERE id = NEW.case_class_id);
        END IF;
    ELSE
        IF TG_OP <> 'INSERT' THEN
            touched := touched || OLD.version_id;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            touched := touched || NEW.version_id;
        END IF;
    END IF;
    IF EXISTS (SELECT 1 FROM cases_catalogversion WHERE id = ANY (touched) AND status = 'published') THEN
        RAISE EXCEPTION 'a published version of the catalogue stands: % of % refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE FUNCTION cases_version_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status <> 'published' OR cases_catalog_is_open() THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.valid_to IS NULL OR OLD.valid_to = NEW.valid_to)
            AND to_jsonb(OLD) - 'valid_to' = to_jsonb(NEW) - 'valid_to' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a published version of the catalogue stands: % refused', TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER cases_class_stands BEFORE INSERT OR UPDATE OR DELETE ON cases_caseclass
    FOR EACH ROW EXECUTE FUNCTION cases_published_stands();
CREATE TRIGGER cases_major_stands BEFORE INSERT OR UPDATE OR DELETE ON cases_majorclass
    FOR EACH ROW EXECUTE FUNCTION cases_published_stands();
CREATE TRIGGER cases_limit_stands BEFORE INSERT OR UPDATE OR DELETE ON cases_stagelimit
    FOR EACH ROW EXECUTE FUNCTION cases_published_stands();
CREATE TRIGGER cases_standard_stands BEFORE INSERT OR UPDATE OR DELETE ON cases_standard
    FOR EACH ROW EXECUTE FUNCTION cases_published_stands();
CREATE TRIGGER cases_dutyline_stands BEFORE INSERT OR UPDATE OR DELETE ON cases_dutyline
    FOR EACH ROW EXECUTE FUNCTION cases_published_stands();
CREATE TRIGGER cases_version_stands BEFORE UPDATE OR DELETE ON cases_catalogversion
    FOR EACH ROW EXECUTE FUNCTION cases_version_stands();
"""
UNGUARD = """
DROP TRIGGER cases_version_stands ON cases_catalogversion;
DROP TRIGGER cases_dutyline_stands ON cases_dutyline;
DROP TRIGGER cases_standard_stands ON cases_standard;
DROP TRIGGER cases_limit_stands ON cases_stagelimit;
DROP TRIGGER cases_major_stands ON cases_majorclass;
DROP TRIGGER cases_class_stands ON cases_caseclass;
DROP FUNCTION cases_version_stands();
DROP FUNCTION cases_published_stands();
DROP FUNCTION cases_catalog_is_open();
"""


class Migration(migrations.Migration):
    """The guard of published versions."""

    dependencies = [("cases", "0005_catalogue_editions")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
