"""Days of 5-minute candles as blocks of bytes beside their JSON, which can never disagree with it."""

from django.db import migrations, models

# MAIN keeps the blocks in their rows: out of line, each would be fetched by itself. Whoever changes the JSON of a row
# and not its block makes the block void; the JSON is then read, until a new block is made.
FORWARD = """
ALTER TABLE sector_price_daily ALTER timewise_packed SET STORAGE MAIN;
CREATE FUNCTION sector_price_daily_void_block() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.timewise_packed := NULL;
    RETURN NEW;
END $$;
CREATE TRIGGER sector_price_daily_void_block
    BEFORE UPDATE OF timewise_json ON sector_price_daily FOR EACH ROW
    WHEN (NEW.timewise_packed IS NOT DISTINCT FROM OLD.timewise_packed AND NEW.timewise_json IS DISTINCT FROM OLD.timewise_json)
    EXECUTE FUNCTION sector_price_daily_void_block();
"""

BACKWARD = """
DROP TRIGGER sector_price_daily_void_block ON sector_price_daily;
DROP FUNCTION sector_price_daily_void_block();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('sectors', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='sectorpricedaily',
            name='timewise_extra',
            field=models.JSONField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='sectorpricedaily',
            name='timewise_packed',
            field=models.BinaryField(null=True),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
