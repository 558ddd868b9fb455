-- Everything of a provider's reports that is being counted anew: how far that is. Each step is a transaction of its own, so a hub that stops goes
-- on from here. Meanwhile what is sold waits to be counted, and reports add it from the books.
create table report_rebuilds (
  provider_id text not null references providers,
  phase text not null check (phase in ('payers', 'sales', 'log-ins', 'traffic', 'uplinks')),
  first_day date, -- of what this phase counts; null: it has not looked yet
  next_day date, -- all before it is counted; null: nothing is
  begun_at_ms bigint not null,
  primary key (provider_id)
);
select karibu_guard('report_rebuilds');

-- Nearly every change of a session is its end or its bytes, which no day of log-ins depends on. A statement's trigger kept all changed rows, twice,
-- to find the few that moved; a row's condition keeps none.
drop trigger report_noted_change on sessions;
create function karibu_note_moved_session() returns trigger language plpgsql as $$
begin
  if not karibu_is_restoring() then
    insert into report_days_waiting (provider_id, what, from_ms)
      select new.provider_id, 'log-ins', at.ms / 900000 * 900000
      from (select old.begun_at_ms union select new.begun_at_ms) at (ms);
  end if;
  return null;
end
$$;
create trigger report_noted_change after update on sessions for each row
  when (new.begun_at_ms <> old.begun_at_ms or coalesce(new.mac, new.username) is distinct from coalesce(old.mac, old.username))
  execute function karibu_note_moved_session();
