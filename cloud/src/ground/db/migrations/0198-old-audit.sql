-- Nobody may change or delete audit entries. The one exception: those of more than a year, in slices, by the hub's retention.
create function karibu_forget_audit(until_ms bigint, at_most integer) returns integer language plpgsql security definer
set search_path = public, pg_temp as $forget$
declare
  gone integer;
begin
  if until_ms > (extract(epoch from now()) - 365 * 86400) * 1000 then
    raise exception 'audit entries are kept for a year at least';
  end if;
  delete from audit where ctid in (select ctid from audit where at_ms < until_ms limit at_most);
  get diagnostics gone = row_count;
  return gone;
end
$forget$;
revoke execute on function karibu_forget_audit from public;
grant execute on function karibu_forget_audit to karibu_platform;
