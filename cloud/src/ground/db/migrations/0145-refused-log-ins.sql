-- The log of refused log-ins, as the sites tell it: at most one row a minute for a device and reason. Accepted ones are sessions.
create table refused_log_ins (
  provider_id text not null references providers,
  site_id text not null,
  epoch text not null,
  seq bigint not null,
  at_ms bigint not null, -- of the last of `times`, by the site's clock
  username text not null, -- an account's name or a MAC; of what may be a code, only the end
  mac text,
  address text,
  nas text not null,
  service text not null,
  reason text not null,
  times bigint not null,
  received_at_ms bigint not null,
  found_by text not null generated always as (left(lower(
    translate(username, E'\n', ' ') || E'\n' || coalesce(mac, '') || E'\n' || coalesce(address, '')), 400)) stored,
  -- Names a row in the API, and orders rows of one time.
  refusal_id text not null generated always as (epoch || '.' || lpad(seq::text, 12, '0') || '.' || site_id) stored,
  primary key (provider_id, site_id, epoch, seq)
);
create index refused_log_ins_newest on refused_log_ins (provider_id, at_ms desc, refusal_id desc) include (found_by);
create index refused_log_ins_old on refused_log_ins (received_at_ms);
select karibu_guard('refused_log_ins');
