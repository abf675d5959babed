"""Drop the indexes of keys to users with which other indexes of their tables begin; nobody waits behind it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

INDEXES = {
    "paymentrecord": "payment_records_user_id_ee582803",
}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('payments', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(f'DROP INDEX CONCURRENTLY IF EXISTS "{index}"')],
            state_operations=[
                migrations.AlterField(
                    model_name=model,
                    name="user",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                )
            ],
        )
        for model, index in INDEXES.items()
    ]
