"""Adds a column to the accounts, as the next version might. What does not belong here: data."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("users", "__first__")]
    operations = [migrations.RunSQL("ALTER TABLE users_user ADD COLUMN changed integer", migrations.RunSQL.noop)]
