"""Drop the indexes of keys to users with which other indexes of their tables begin; nobody waits behind it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

INDEXES = {
    "backtestrun": "backtest_runs_user_id_1f6afc63",
    "sweep": "backtests_sweep_user_id_ffff30f0",
}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('backtests', '0004_sweeps'),
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
