"""Let the database itself keep the ledger append-only, balanced, and equal to the users' balances."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION wallet_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER wallet_entry_append_only BEFORE UPDATE OR DELETE ON wallet_entry
    FOR EACH ROW EXECUTE FUNCTION wallet_refuse_change();
CREATE TRIGGER wallet_posting_append_only BEFORE UPDATE OR DELETE ON wallet_posting
    FOR EACH ROW EXECUTE FUNCTION wallet_refuse_change();

CREATE FUNCTION wallet_entry_must_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount) FROM wallet_posting WHERE entry_id = NEW.entry_id) <> 0 THEN
        RAISE EXCEPTION 'entry % does not balance', NEW.entry_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER wallet_entry_balances AFTER INSERT ON wallet_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wallet_entry_must_balance();

CREATE FUNCTION wallet_user_must_equal_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT wallet_balance FROM users_user WHERE id = NEW.id) IS DISTINCT FROM (
        SELECT account.balance FROM wallet_account AS account
        JOIN wallet_paper_account AS paper ON paper.id = account.paper_account_id AND paper.kind = 'practice'
        WHERE account.user_id = NEW.id AND account.kind = 'cash'
    ) THEN
        RAISE EXCEPTION 'the balance of user % is not that of the ledger', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER wallet_user_equals_ledger AFTER UPDATE OF wallet_balance ON users_user
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.wallet_balance IS DISTINCT FROM NEW.wallet_balance)
    EXECUTE FUNCTION wallet_user_must_equal_ledger();
"""

BACKWARD = """
DROP TRIGGER wallet_user_equals_ledger ON users_user;
DROP FUNCTION wallet_user_must_equal_ledger();
DROP TRIGGER wallet_entry_balances ON wallet_posting;
DROP FUNCTION wallet_entry_must_balance();
DROP TRIGGER wallet_posting_append_only ON wallet_posting;
DROP TRIGGER wallet_entry_append_only ON wallet_entry;
DROP FUNCTION wallet_refuse_change();
"""


class Migration(migrations.Migration):
    """Triggers; TRUNCATE stays possible for test databases."""

    dependencies = [("wallet", "0001_initial"), ("users", "0002_login_guard")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
