-- A grant that the provider gave itself, to see a whole sale: it was never money, and stands in no book.
alter table grants add column is_test boolean not null default false;
create index grants_test on grants (provider_id, created_at_ms desc) where is_test;

-- What was made to look at before there is anything of one's own, so that it can be taken away again.
create table sample_things (
  provider_id text not null references providers,
  kind text not null check (kind in ('site', 'customer')),
  thing_id text not null,
  made_at_ms bigint not null,
  primary key (provider_id, kind, thing_id)
);
select karibu_guard('sample_things');
