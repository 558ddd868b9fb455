-- A provider's own mail server: it takes what the provider writes to its customers.
create table mail_servers (
  provider_id text not null references providers,
  host text not null,
  port integer not null check (port in (465, 587, 2525)),
  login text not null,
  password_sealed bytea not null,
  from_address text not null,
  changed_at_ms bigint not null,
  primary key (provider_id)
);
select karibu_guard('mail_servers');

-- Written in the provider's name to a customer: its own mail server takes it, where there is one.
alter table mail_outbox add column from_provider boolean not null default false;
