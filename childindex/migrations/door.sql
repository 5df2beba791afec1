-- The door for writing: the functions that the triggers of recorded tables run.

CREATE OR REPLACE FUNCTION childindex_only_in_an_act() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        RAISE EXCEPTION 'The table % is never emptied.', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM childindex_act
        WHERE id = nullif(current_setting('childindex.act', true), '')::bigint
          AND transaction_id = pg_current_xact_id()::text::bigint
          AND finished_at IS NULL
    ) THEN
        RAISE EXCEPTION 'No act is open, so the table % may not be written.', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Write inside childindex.acts.act(...).';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION childindex_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' OR NOT EXISTS (
        SELECT 1 FROM childindex_purge
        WHERE transaction_id = pg_current_xact_id()::text::bigint AND finished_at IS NULL
    ) THEN
        RAISE EXCEPTION 'The table % only grows: % is refused.', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Retention goes through childindex.acts.purge(...).';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION childindex_act_may_finish() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.finished_at IS NOT NULL
        OR OLD.transaction_id <> pg_current_xact_id()::text::bigint
        OR (OLD.id, OLD.at, OLD.recorded_at, OLD.by_id, OLD.source_id, OLD.reason_code, OLD.reason, OLD.undoes_id)
           IS DISTINCT FROM
           (NEW.id, NEW.at, NEW.recorded_at, NEW.by_id, NEW.source_id, NEW.reason_code, NEW.reason, NEW.undoes_id)
    THEN
        RAISE EXCEPTION 'An act is not altered once it is done.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION childindex_purge_may_finish() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.finished_at IS NOT NULL
        OR OLD.transaction_id <> pg_current_xact_id()::text::bigint
        OR (OLD.id, OLD.at, OLD.by_id, OLD.reason, OLD.what) IS DISTINCT FROM
           (NEW.id, NEW.at, NEW.by_id, NEW.reason, NEW.what)
    THEN
        RAISE EXCEPTION 'A purge is not altered once it is done.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION childindex_act_is_finished() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM childindex_act
        WHERE id = NEW.id
          AND (finished_at IS NULL OR transaction_id <> pg_current_xact_id()::text::bigint)
    ) THEN
        RAISE EXCEPTION 'An act was left open: nothing of it is kept.'
            USING ERRCODE = 'integrity_constraint_violation', HINT = 'Write inside childindex.acts.act(...).';
    END IF;
    RETURN NULL;
END $$;

-- Arguments: history table, primary key, columns (comma-separated), SQL for the ids concerned with {rows} in it.
CREATE OR REPLACE FUNCTION childindex_write_history() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    past text := quote_ident(TG_ARGV[0]);
    pk text := quote_ident(TG_ARGV[1]);
    columns text;
    of_new text;
    of_old text;
    stamp text;
    deed childindex_act;
    written bigint;
    lost boolean;
BEGIN
    SELECT string_agg(quote_ident(c), ', '), string_agg('n.' || quote_ident(c), ', '),
           string_agg('o.' || quote_ident(c), ', ')
      INTO columns, of_new, of_old FROM unnest(string_to_array(TG_ARGV[2], ',')) AS c;
    SELECT * INTO STRICT deed FROM childindex_act WHERE id = current_setting('childindex.act')::bigint;
    stamp := format('%L::timestamptz, %s, %s', deed.at, coalesce(deed.by_id::text, 'NULL::bigint'), deed.id);
    IF TG_OP = 'INSERT' THEN
        EXECUTE format('INSERT INTO %s (%s, history_date, history_user_id, act_id, history_type)'
            ' SELECT %s, %s, ''+'' FROM new_rows n', past, columns, of_new, stamp);
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE format('INSERT INTO %s (%s, history_date, history_user_id, act_id, history_type)'
            ' SELECT %s, %s, ''-'' FROM old_rows o', past, columns, of_old, stamp);
    ELSE
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM new_rows n LEFT JOIN old_rows o ON o.%s = n.%s'
            ' WHERE o.%s IS NULL)', pk, pk, pk) INTO lost;
        IF lost THEN
            RAISE EXCEPTION 'The key of a row in % is never changed.', TG_TABLE_NAME
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        EXECUTE format('INSERT INTO %s (%s, history_date, history_user_id, act_id, history_type)'
            ' SELECT %s, %s, ''~'' FROM new_rows n JOIN old_rows o ON o.%s = n.%s'
            ' WHERE ROW(%s) IS DISTINCT FROM ROW(%s)', past, columns, of_new, stamp, pk, pk, of_new, of_old);
    END IF;
    GET DIAGNOSTICS written = ROW_COUNT;
    PERFORM set_config('childindex.act_rows', (current_setting('childindex.act_rows')::bigint + written)::text, true);
    IF TG_ARGV[3] <> '' AND written > 0 THEN
        IF TG_OP <> 'DELETE' THEN
            EXECUTE format('INSERT INTO act_subjects SELECT DISTINCT s.id FROM (%s) AS s(id) WHERE s.id IS NOT NULL',
                replace(TG_ARGV[3], '{rows}', 'new_rows'));
        END IF;
        IF TG_OP <> 'INSERT' THEN
            EXECUTE format('INSERT INTO act_subjects SELECT DISTINCT s.id FROM (%s) AS s(id) WHERE s.id IS NOT NULL',
                replace(TG_ARGV[3], '{rows}', 'old_rows'));
        END IF;
    END IF;
    RETURN NULL;
END $$;
