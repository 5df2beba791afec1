-- Arguments: the columns that, with the child, make two rows say the same fact. A fact with neither date is open, and the
-- partial unique indexes see to those; one whose start alone is unknown is taken to have held on its last day.
CREATE OR REPLACE FUNCTION registry_said_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    same text;
    twice bigint;
BEGIN
    SELECT string_agg(format('f.%1$I IS NOT DISTINCT FROM n.%1$I', c), ' AND ') INTO same FROM unnest(TG_ARGV) AS c;
    EXECUTE format(
        'SELECT n.child_id FROM new_rows n JOIN %I f ON f.child_id = n.child_id AND f.id <> n.id AND %s'
        ' WHERE daterange(coalesce(n.from_date, n.to_date, ''infinity''), n.to_date, ''[]'')'
        '    && daterange(coalesce(f.from_date, f.to_date, ''infinity''), f.to_date, ''[]'') LIMIT 1',
        TG_TABLE_NAME, same) INTO twice;
    IF twice IS NOT NULL THEN
        RAISE EXCEPTION 'The same fact would hold twice over the same days.'
            USING ERRCODE = 'exclusion_violation', TABLE = TG_TABLE_NAME, CONSTRAINT = TG_TABLE_NAME || '_said_once';
    END IF;
    RETURN NULL;
END $$;
