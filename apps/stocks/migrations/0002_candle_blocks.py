"""Days of 5-minute candles as blocks of bytes beside their JSON, which can never disagree with it."""

from django.db import migrations, models

# MAIN keeps the blocks in their rows: out of line, each would be fetched by itself. Whoever changes the JSON of a row
# and not its block makes the block void; the JSON is then read, until a new block is made.
FORWARD = """
ALTER TABLE stock_5min_by_day ALTER candles_packed SET STORAGE MAIN;
CREATE FUNCTION stock_5min_by_day_void_block() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.candles_packed := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER stock_5min_by_day_void_block
    BEFORE UPDATE OF candles_json ON stock_5min_by_day FOR EACH ROW
    WHEN (NEW.candles_packed IS NOT DISTINCT FROM OLD.candles_packed AND NEW.candles_json IS DISTINCT FROM OLD.candles_json)
    EXECUTE FUNCTION stock_5min_by_day_void_block();
"""

BACKWARD = """
DROP TRIGGER stock_5min_by_day_void_block ON stock_5min_by_day;
DROP FUNCTION stock_5min_by_day_void_block();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('stocks', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='stock5minbyday',
            name='candles_packed',
            field=models.BinaryField(null=True),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
