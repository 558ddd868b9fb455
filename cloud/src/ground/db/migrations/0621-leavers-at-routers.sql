-- Whoever leaves, or loses a right, loses the router passwords that they made. 'end': it ends whatever they may still do. 'ask': it ends where they may not
-- make it any more. Null: nothing is to be done.
alter table router_passwords add column leaving text check (leaving in ('ask', 'end'));
create index router_passwords_leaving on router_passwords (provider_id, site_id) where leaving is not null;
create index router_passwords_of_person on router_passwords (provider_id, made_by);

-- Here, because a person changes in many ways (by the console, a link, a role, RADIUS, a restore), and none may forget it. What is over by its time is
-- marked too: the log-ins that it opened may still be there.
create function karibu_mark_leavers(of_provider text, of_person text, how text) returns void language plpgsql as $$
declare
  marked bigint;
begin
  update router_passwords set leaving = case when leaving = 'end' then 'end' else how end
    where provider_id = of_provider and made_by = of_person and (ended_how is null or ended_how = 'away')
      and made_at_ms > extract(epoch from now()) * 1000 - 30 * 86400000::bigint;
  get diagnostics marked = row_count;
  if marked > 0 then
    insert into job_outbox (job_id, name, data, singleton_key, run_at_ms, created_at_ms)
      select gen_random_uuid()::text, 'sessions.leave-routers', '{}', null, at_ms, at_ms
      from (select floor(extract(epoch from now()) * 1000)::bigint as at_ms) now_ms;
    perform pg_notify('karibu_jobs', '');
  end if;
end
$$;

create function karibu_person_leaves() returns trigger language plpgsql as $$
begin
  if not karibu_is_restoring() then
    perform karibu_mark_leavers(new.provider_id, new.user_id, case
      when new.active and new.password_hash = old.password_hash and (new.totp_confirmed or not old.totp_confirmed) then 'ask' else 'end' end);
  end if;
  return null;
end
$$;
create trigger leaves_routers after update of active, role, password_hash, totp_confirmed on users for each row
  when ((old.active and not new.active) or new.role <> old.role or new.password_hash <> old.password_hash or (old.totp_confirmed and not new.totp_confirmed))
  execute function karibu_person_leaves();

create function karibu_role_shrinks() returns trigger language plpgsql as $$
begin
  if not karibu_is_restoring() then
    perform karibu_mark_leavers(u.provider_id, u.user_id, 'ask') from users u where u.provider_id = new.provider_id and u.role = new.role_id;
  end if;
  return null;
end
$$;
create trigger shrinks after update of permissions on roles for each row
  when (new.permissions <> old.permissions) execute function karibu_role_shrinks();
