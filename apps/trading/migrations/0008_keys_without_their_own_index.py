"""Drop the indexes of keys to users with which other indexes of their tables begin; nobody waits behind it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

INDEXES = {
    "gtt": "trading_gtt_user_id_4dbbc119",
    "order": "trading_order_user_id_d0a6ce67",
    "position": "trading_position_user_id_f55114f7",
    "pricealert": "trading_price_alert_user_id_5ef7e0e8",
    "watchlist": "trading_watchlist_user_id_6883fda6",
}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('trading', '0007_ambiguous_fills'),
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
