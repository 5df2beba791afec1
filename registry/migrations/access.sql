-- The record of looking: one function writes it, in one statement and in one transaction with nothing else in it.

CREATE OR REPLACE FUNCTION registry_access_head_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id <> OLD.id OR NEW.entry <> OLD.entry + 1 OR NEW.at < OLD.at THEN
        RAISE EXCEPTION 'The record of looking only grows.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

-- Makes sure that payloads of the month of `moment`, and of the month after, have somewhere to go.
CREATE OR REPLACE FUNCTION registry_access_months(moment timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
    month timestamp;
    part text;
BEGIN
    FOREACH month IN ARRAY ARRAY[first, first + interval '1 month'] LOOP
        part := 'registry_accesspayload_' || to_char(month, 'YYYY_MM');
        CONTINUE WHEN to_regclass(quote_ident(part)) IS NOT NULL;
        -- Made apart and then attached, which does not wait for those who are reading the log.
        EXECUTE format('CREATE TABLE %I (LIKE registry_accesspayload INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', part);
        EXECUTE format('ALTER TABLE registry_accesspayload ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
            part, month AT TIME ZONE 'UTC', (month + interval '1 month') AT TIME ZONE 'UTC');
        EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON %I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION childindex_append_only()', part);
    END LOOP;
END $$;

-- What `hash` is made of; registry/access/verification.py says the same in Python.
CREATE OR REPLACE FUNCTION registry_access_hash(
    previous bytea, id bigint, at timestamptz, user_id bigint, kind text, digest bytea
) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(previous || digest || convert_to(concat_ws('|', id,
        (extract(epoch FROM at) * 1000000)::bigint, coalesce(user_id::text, '-'), kind), 'UTF8'))
$$;

-- Adds one entry and answers its id. The head is locked from here to the end of the transaction.
CREATE OR REPLACE FUNCTION registry_record_access(
    by_id bigint, what text, digest bytea, salt bytea, page text, asked jsonb, purpose text, case_reference text,
    children bigint[], index_numbers text[]
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    head registry_accesshead;
    moment timestamptz;
    new_hash bytea;
BEGIN
    SELECT * INTO STRICT head FROM registry_accesshead FOR UPDATE;
    moment := greatest(clock_timestamp(), head.at);
    IF date_trunc('month', moment AT TIME ZONE 'UTC') <> date_trunc('month', head.at AT TIME ZONE 'UTC') THEN
        PERFORM registry_access_months(moment);
    END IF;
    new_hash := registry_access_hash(head.hash, head.entry + 1, moment, by_id, what, digest);
    INSERT INTO registry_accessentry (id, at, user_id, kind, digest, previous, hash)
        VALUES (head.entry + 1, moment, by_id, what, digest, head.hash, new_hash);
    INSERT INTO registry_accesspayload
        (entry_id, at, salt, page, asked, purpose, case_reference, children, index_numbers)
        VALUES (head.entry + 1, moment, salt, page, asked, purpose, case_reference, children, index_numbers);
    UPDATE registry_accesshead SET entry = head.entry + 1, at = moment, hash = new_hash;
    RETURN head.entry + 1;
END $$;

-- Drops the payloads of one month, inside a recorded purge, and answers how many there were.
CREATE OR REPLACE FUNCTION registry_purge_access(month date) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    part text := 'registry_accesspayload_' || to_char(month, 'YYYY_MM');
    gone bigint;
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM childindex_purge
        WHERE transaction_id = pg_current_xact_id()::text::bigint AND finished_at IS NULL
    ) THEN
        RAISE EXCEPTION 'No purge is open, so nothing of the record of looking is removed.'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Use registry.access.retention.purge_month(...).';
    END IF;
    IF to_regclass(quote_ident(part)) IS NULL THEN
        RETURN 0;
    END IF;
    EXECUTE format('SELECT count(*) FROM %I', part) INTO gone;
    EXECUTE format('DROP TABLE %I', part);
    RETURN gone;
END $$;
