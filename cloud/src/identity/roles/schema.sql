-- Tables of identity/roles. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Roles that a provider made beside the built-in ones. `users.role` names either.
create table roles (
  provider_id text not null references providers,
  role_id text not null,
  name text not null,
  permissions jsonb not null, -- type string[]
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, role_id)
);
create unique index roles_name on roles (provider_id, lower(name));
select karibu_guard('roles');
-- Triggers of other rooms: `shrinks` (fleet/router-log-ins); `revocation_noted` (operations/back-ups).

-- Roles whose people must have a second factor. A role that is built in has no row in `roles`.
create table second_factor_roles (
  provider_id text not null references providers,
  role text not null,
  since_ms bigint not null,
  primary key (provider_id, role)
);
select karibu_guard('second_factor_roles');
-- Triggers of other rooms: `revocation_noted` (operations/back-ups).
