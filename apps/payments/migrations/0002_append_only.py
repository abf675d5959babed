"""Let the database itself keep movements, references and the words of gateways as they were written."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION payments_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER payment_records_append_only BEFORE UPDATE OR DELETE ON payment_records
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER payments_gateway_reference_append_only BEFORE UPDATE OR DELETE ON payments_gateway_reference
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER payments_gateway_event_kept BEFORE DELETE ON payments_gateway_event
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_change();
CREATE TRIGGER payments_gateway_event_as_told
    BEFORE UPDATE OF gateway, event_id, event_type, body ON payments_gateway_event
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_change();
"""

BACKWARD = """
DROP TRIGGER payments_gateway_event_as_told ON payments_gateway_event;
DROP TRIGGER payments_gateway_event_kept ON payments_gateway_event;
DROP TRIGGER payments_gateway_reference_append_only ON payments_gateway_reference;
DROP TRIGGER payment_records_append_only ON payment_records;
DROP FUNCTION payments_refuse_change();
"""


class Migration(migrations.Migration):
    """Triggers; TRUNCATE stays possible for test databases."""

    dependencies = [("payments", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
