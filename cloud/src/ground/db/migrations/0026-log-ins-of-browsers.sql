-- A browser's log-in is a cookie that all of its tabs share. Each tab gets access tokens of its own by it, so that no tab ends
-- another's. They end with the log-in.
alter table logins add column in_browser boolean not null default false;
create index logins_refresh on logins (provider_id, refresh_hash);

create table tab_tokens (
  provider_id text not null,
  token_hash bytea not null,
  login_id text not null,
  expires_at_ms bigint not null,
  primary key (provider_id, token_hash),
  foreign key (provider_id, login_id) references logins on delete cascade
);
create index tab_tokens_login on tab_tokens (provider_id, login_id);
select karibu_guard('tab_tokens');
