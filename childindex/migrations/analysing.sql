-- Has the planner look at tables: only their owner may ask for that before PostgreSQL 17. Tables of the index alone.
CREATE OR REPLACE FUNCTION childindex_analyse(tables text[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp
AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY tables LOOP
        IF NOT EXISTS (
            SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
               AND relname = name AND relowner = current_user::regrole
        ) THEN
            RAISE EXCEPTION 'There is no table % of the index.', name USING ERRCODE = 'undefined_table';
        END IF;
        EXECUTE format('ANALYZE public.%I', name);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION childindex_analyse(text[]) FROM PUBLIC;
