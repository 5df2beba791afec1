-- A merge is never altered, but for being taken apart, once.
CREATE OR REPLACE FUNCTION registry_merge_may_be_undone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.undone_by_id IS NOT NULL OR NEW.undone_by_id IS NULL
        OR (OLD.id, OLD.survivor_id, OLD.superseded_id, OLD.act_id, OLD.manifest)
           IS DISTINCT FROM (NEW.id, NEW.survivor_id, NEW.superseded_id, NEW.act_id, NEW.manifest)
    THEN
        RAISE EXCEPTION 'A merge is not altered once it is done.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
