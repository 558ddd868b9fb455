-- Roles whose people must have a second factor. A role that is built in has no row in `roles`.
create table second_factor_roles (
  provider_id text not null references providers,
  role text not null,
  since_ms bigint not null,
  primary key (provider_id, role)
);
select karibu_guard('second_factor_roles');

-- When a code last counted in this log-in. Null: none has.
alter table logins add column factor_at_ms bigint;
