-- A session whose start lies after its end comes from a clock that was wrong: its start says nothing of what was counted, and log-ins up to that
-- day would never be counted again.
create or replace function karibu_note_floor() returns trigger language plpgsql as $$
begin
  insert into report_floors as f (provider_id, sessions_ms)
    select gone.provider_id, max(least(gone.begun_at_ms, gone.stopped_at_ms)) from gone
    join providers p on p.provider_id = gone.provider_id and p.state <> 'deleted' group by 1
  on conflict (provider_id) do update set sessions_ms = greatest(f.sessions_ms, excluded.sessions_ms);
  return null;
end
$$;
