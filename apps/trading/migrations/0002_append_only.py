"""Let the database itself keep events and fills of orders append-only."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION trading_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER trading_order_event_append_only BEFORE UPDATE OR DELETE ON trading_order_event
    FOR EACH ROW EXECUTE FUNCTION trading_refuse_change();
CREATE TRIGGER trading_fill_append_only BEFORE UPDATE OR DELETE ON trading_fill
    FOR EACH ROW EXECUTE FUNCTION trading_refuse_change();
"""

BACKWARD = """
DROP TRIGGER trading_fill_append_only ON trading_fill;
DROP TRIGGER trading_order_event_append_only ON trading_order_event;
DROP FUNCTION trading_refuse_change();
"""


class Migration(migrations.Migration):
    """Triggers; TRUNCATE stays possible for test databases."""

    dependencies = [("trading", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
