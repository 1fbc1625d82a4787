--liquibase formatted sql

--changeset botticelli:quartz-acquire-covering-index
-- Quartz bounds its acquisition by the driver's row limit, which the planner does not know: with a
-- backlog of due triggers it read and sorted all of them for the few it takes. With every column of
-- the query in the index the ordered scan is the cheaper plan on a vacuumed table, and it ends after
-- those few.
DROP INDEX qrtz_triggers_acquire;
CREATE INDEX qrtz_triggers_acquire ON qrtz_triggers (sched_name, trigger_state, next_fire_time, priority DESC)
  INCLUDE (misfire_instr, trigger_name, trigger_group);
