-- Refresh tokens that were exchanged: one that comes again, however old, was copied, and ends all log-ins of its family.
create table spent_refreshes (
  provider_id text not null,
  refresh_hash bytea not null,
  login_id text not null,
  spent_at_ms bigint not null,
  primary key (provider_id, refresh_hash),
  foreign key (provider_id, login_id) references logins on delete cascade
);
create index spent_refreshes_login on spent_refreshes (provider_id, login_id);
create index spent_refreshes_old on spent_refreshes (spent_at_ms);
select karibu_guard('spent_refreshes');

-- A refresh whose answer got lost makes a second log-in of the same family. Null: it is the first of its own.
alter table logins add column family_id text;

-- Names without a schema are looked for in the temporary one first, unless it is named last: nobody may slip a table under a function
-- that runs with its owner's rights.
alter function karibu_usage_month(date) set search_path = public, pg_temp;
alter function karibu_purge_provider(text, bigint) set search_path = public, pg_temp;
