-- Tables of fleet/router-log-ins. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at
-- the table.

-- Passwords of some minutes, by which staff log in to a site's routers. Neither the password nor its hash is kept here.
create table router_passwords (
  provider_id text not null references providers,
  password_id text not null,
  site_id text not null,
  name text not null,
  level text not null check (level in ('read', 'write', 'full')),
  made_by text not null,
  made_by_name text not null,
  made_at_ms bigint not null,
  expires_at_ms bigint not null,
  ended_at_ms bigint, -- by a person, or because the site did not take it
  ended_by_name text,
  -- 'told': the site knows that it ended; 'away': it could not be told, and ends it by itself; 'not-taken': the site never had it
  ended_how text check (ended_how in ('told', 'away', 'not-taken')),
  -- Whoever leaves, or loses a right, loses the router passwords that they made. 'end': it ends whatever they may still do. 'ask': it ends
  -- where they may not make it any more. Null: nothing is to be done.
  leaving text check (leaving in ('ask', 'end')),
  primary key (provider_id, password_id),
  foreign key (provider_id, site_id) references sites
);
create index router_passwords_of_site on router_passwords (provider_id, site_id, password_id);
create unique index router_passwords_by_name on router_passwords (provider_id, name);
create index router_passwords_leaving on router_passwords (provider_id, site_id) where leaving is not null;
create index router_passwords_of_person on router_passwords (provider_id, made_by);
select karibu_guard('router_passwords');

-- Who was on a router, as its site tells: one row for each record of the journal.
create table router_log_ins (
  provider_id text not null,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  at_ms bigint not null,
  name text not null,
  what text not null check (what in ('accepted', 'refused', 'locked', 'began', 'ended')),
  came_from text,
  nas text not null,
  received_at_ms bigint not null,
  -- Names a row in the API, and orders rows of one time.
  log_in_id text not null generated always as ((epoch || '.') || lpad(seq::text, 12, '0')) stored,
  -- A record of the journal comes once: `journal_epochs` sees to that, and no key here.
  primary key (provider_id, site_id, epoch, seq, received_at_ms)
) partition by range (received_at_ms);
create index router_log_ins_newest on router_log_ins (provider_id, site_id, at_ms desc, log_in_id desc);
select karibu_guard('router_log_ins');
select karibu_by_month('router_log_ins');

-- Here, because a person changes in many ways (by the console, a link, a role, RADIUS, a restore), and none may forget it. What is over by
-- its time is marked too: the log-ins that it opened may still be there.
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
