"""Make the activity log append-only in the database itself."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION adminpanel_activitylog_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'adminpanel_activitylog is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER adminpanel_activitylog_append_only
    BEFORE UPDATE OR DELETE ON adminpanel_activitylog
    FOR EACH ROW EXECUTE FUNCTION adminpanel_activitylog_refuse_change();
"""

BACKWARD = """
DROP TRIGGER adminpanel_activitylog_append_only ON adminpanel_activitylog;
DROP FUNCTION adminpanel_activitylog_refuse_change();
"""


class Migration(migrations.Migration):
    """A trigger that refuses UPDATE and DELETE; TRUNCATE stays possible for test databases."""

    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
