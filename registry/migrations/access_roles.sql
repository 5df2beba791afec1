-- The record of looking is written as its owner, by functions alone: whoever calls them may not write its tables.
ALTER FUNCTION registry_record_access(bigint, text, bytea, bytea, text, jsonb, text, text, bigint[], text[])
    SECURITY DEFINER SET search_path = public, pg_temp;
ALTER FUNCTION registry_purge_access(date) SECURITY DEFINER SET search_path = public, pg_temp;
REVOKE ALL ON FUNCTION registry_record_access(bigint, text, bytea, bytea, text, jsonb, text, text, bigint[], text[])
    FROM PUBLIC;
REVOKE ALL ON FUNCTION registry_purge_access(date) FROM PUBLIC;

-- As before; and a month's part is reached through the whole alone, whatever the owner's new tables are granted.
CREATE OR REPLACE FUNCTION registry_access_months(moment timestamptz) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
    month timestamp;
    part text;
    granted text;
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
        FOR granted IN
            SELECT DISTINCT a.grantee::regrole::text FROM pg_class c, aclexplode(c.relacl) a
            WHERE c.oid = quote_ident(part)::regclass AND a.grantee NOT IN (0, c.relowner)
        LOOP
            EXECUTE format('REVOKE ALL ON %I FROM %s', part, granted);
        END LOOP;
    END LOOP;
END $$;
