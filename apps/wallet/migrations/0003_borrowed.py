"""An account for what is lent for intraday purchases."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("wallet", "0002_ledger_guards"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ledgeraccount",
            name="kind",
            field=models.CharField(
                choices=[
                    ("cash", "Free cash"),
                    ("blocked", "Blocked for orders and margin"),
                    ("positions", "Positions at cost"),
                    ("borrowed", "Lent for intraday purchases"),
                    ("charges", "Charges paid"),
                    ("realised", "Realised profit and loss"),
                    ("funding", "Opening balance, refills and adjustments"),
                ],
                max_length=20,
            ),
        ),
    ]
