-- Back-ups that the hub takes by itself: each try is a row, and says where it is and what became of it.
create table backup_runs (
  backup_id text primary key,
  asked_at_ms bigint not null,
  asked_by text, -- a platform admin's user id; null: the schedule
  state text not null check (state in ('waiting', 'writing', 'storing', 'stored', 'proving', 'proved', 'damaged', 'missing', 'failed')),
  -- The process that works on it says so every few seconds: a row that works and is silent belongs to a process that ended.
  beat_at_ms bigint not null,
  done_bytes bigint not null default 0,
  total_bytes bigint,
  name text unique, -- in the store; written down before anything is stored
  place text,
  at_ms bigint, -- the instant that it holds
  bytes bigint,
  row_count bigint,
  content_sha256 text,
  stored_at_ms bigint,
  proof_tried_at_ms bigint,
  proved_at_ms bigint,
  problem text, -- the code of a fault
  problem_text text,
  removed_at_ms bigint
);
create index backup_runs_asked on backup_runs (asked_at_ms, backup_id);
grant select, insert, update, delete on backup_runs to karibu_platform;
