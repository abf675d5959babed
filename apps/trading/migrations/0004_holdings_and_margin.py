"""What positions block and owe, purchases that are left of them, and what changed them without a fill."""

import django.db.models.deletion
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


# Shorts were sold with their full price blocked; what is held for delivery was bought at its average.
FORWARD = """
UPDATE trading_position SET margin = cost WHERE quantity < 0;
UPDATE trading_position SET fifo_cost = cost, lots = jsonb_build_array(
    jsonb_build_object('day', day::text, 'quantity', quantity, 'cost', cost::text)
) WHERE quantity > 0 AND product = 'CNC';
CREATE TRIGGER trading_position_event_append_only BEFORE UPDATE OR DELETE ON trading_position_event
    FOR EACH ROW EXECUTE FUNCTION trading_refuse_change();
"""
BACKWARD = "DROP TRIGGER trading_position_event_append_only ON trading_position_event"


class Migration(migrations.Migration):
    dependencies = [
        ("trading", "0003_order_varieties"),
        ("wallet", "0003_borrowed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PositionEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("key", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[("CONVERSION", "Another product"), ("CORPORATE_ACTION", "A split or a bonus")],
                        max_length=20,
                    ),
                ),
                ("quantity_before", models.BigIntegerField()),
                ("quantity_after", models.BigIntegerField()),
                ("details", models.JSONField(default=dict)),
                ("market_at", models.DateTimeField()),
            ],
            options={
                "db_table": "trading_position_event",
            },
        ),
        migrations.CreateModel(
            name="UnderlyingMargin",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                ("underlying", models.CharField(max_length=50)),
                ("blocked", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=15)),
                ("scan", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=15)),
                ("exposure", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=15)),
                ("expiry_day", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=15)),
                ("calendar", models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=15)),
                ("version", models.PositiveIntegerField(default=0)),
            ],
            options={
                "db_table": "trading_underlying_margin",
            },
        ),
        migrations.AddField(
            model_name="position",
            name="borrowed",
            field=models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=15),
        ),
        migrations.AddField(
            model_name="position",
            name="fifo_cost",
            field=models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=15),
        ),
        migrations.AddField(
            model_name="position",
            name="lots",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="position",
            name="margin",
            field=models.DecimalField(decimal_places=2, default=Decimal("0.00"), max_digits=15),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.CheckConstraint(
                condition=models.Q(("borrowed__gte", 0), ("margin__gte", 0)), name="trading_position_owes_no_less"
            ),
        ),
        migrations.AddConstraint(
            model_name="position",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quantity", 0), _negated=True), models.Q(("borrowed", 0), ("margin", 0)), _connector="OR"
                ),
                name="trading_flat_blocks_nothing",
            ),
        ),
        migrations.AddField(
            model_name="positionevent",
            name="position",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="trading.position"
            ),
        ),
        migrations.AddField(
            model_name="positionevent",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="underlyingmargin",
            name="paper_account",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="wallet.paperaccount"
            ),
        ),
        migrations.AddField(
            model_name="underlyingmargin",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="positionevent",
            constraint=models.UniqueConstraint(fields=("position", "key"), name="trading_position_event_once"),
        ),
        migrations.AddConstraint(
            model_name="underlyingmargin",
            constraint=models.UniqueConstraint(
                fields=("paper_account", "underlying"), name="trading_one_margin_an_underlying"
            ),
        ),
        migrations.AddConstraint(
            model_name="underlyingmargin",
            constraint=models.CheckConstraint(
                condition=models.Q(("blocked__gte", 0)), name="trading_margin_blocks_cash"
            ),
        ),
        migrations.AlterField(
            model_name="fill",
            name="price_source",
            field=models.CharField(
                choices=[
                    ("quote", "The last price"),
                    ("bar", "A 5-minute bar"),
                    ("daily_close", "The close of the day"),
                    ("strike", "The strike of a settled option"),
                    ("last_bar", "The last 5-minute bar of the day"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
