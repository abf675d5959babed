"""Drop the indexes of keys to users with which other indexes of their tables begin; nobody waits behind it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

INDEXES = {
    "delivery": "notifications_delivery_user_id_70f8752d",
    "notification": "notifications_user_id_468e288d",
    "preference": "notifications_preference_user_id_c839c2d6",
    "telegramchat": "notifications_telegram_chat_user_id_88b9a735",
}


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('notifications', '0002_preferences_and_deliveries'),
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
