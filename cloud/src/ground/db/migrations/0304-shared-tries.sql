-- Tries that all hub processes count together: typed voucher codes, one's own password once more, people added with a first password.
create table shared_tries (
  provider_id text not null references providers,
  kind text not null,
  subject text not null, -- who tries
  remaining double precision not null, -- at `at_ms`; it refills evenly
  at_ms bigint not null,
  primary key (provider_id, kind, subject)
);
create index shared_tries_age on shared_tries (at_ms);
select karibu_guard('shared_tries');
