-- Everything that sources have said of facts: what they confirmed one by one, and what they said again as a whole.
CREATE OR REPLACE VIEW registry_said AS
    SELECT c.kind, c.fact_id, c.source_record_id, c.day, c.act_id FROM registry_confirmation c
    UNION ALL
    SELECT c.kind, c.fact_id, c.source_record_id, r.day, r.act_id
    FROM registry_repetition r
    JOIN registry_confirmation c ON c.source_record_id = r.source_record_id AND c.act_id = r.of_id;
