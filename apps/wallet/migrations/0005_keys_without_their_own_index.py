"""Drop the indexes of keys to users with which other indexes of their tables begin; nobody waits behind it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

INDEXES = {
    "entry": "wallet_entry_user_id_4d885376",
    "paperaccount": "wallet_paper_account_user_id_b35fefb4",
}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('wallet', '0004_replay_accounts'),
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
