-- Everything that sources have ever said of facts: what they confirmed one by one, and what they said again as a whole.
CREATE OR REPLACE VIEW registry_ever_said AS
    SELECT c.kind, c.fact_id, c.source_record_id, c.day, c.act_id FROM registry_confirmation c
    UNION ALL
    SELECT c.kind, c.fact_id, c.source_record_id, r.day, r.act_id
    FROM registry_repetition r
    JOIN registry_confirmation c ON c.source_record_id = r.source_record_id AND c.act_id = r.of_id;

-- The same without what was said in acts that were undone: what counts. NOT IN, and no NOT EXISTS, so that it stays a
-- filter: the undone acts, which are few and have an index, are hashed once a statement. Of NOT EXISTS the planner
-- would make a join in each half of the union, and then look nothing up by fact or by source record.
CREATE OR REPLACE VIEW registry_said AS
    SELECT c.kind, c.fact_id, c.source_record_id, c.day, c.act_id FROM registry_confirmation c
    WHERE c.act_id NOT IN (SELECT u.undoes_id FROM childindex_act u WHERE u.undoes_id IS NOT NULL)
    UNION ALL
    SELECT c.kind, c.fact_id, c.source_record_id, r.day, r.act_id
    FROM registry_repetition r
    JOIN registry_confirmation c ON c.source_record_id = r.source_record_id AND c.act_id = r.of_id
    WHERE r.act_id NOT IN (SELECT u.undoes_id FROM childindex_act u WHERE u.undoes_id IS NOT NULL);
