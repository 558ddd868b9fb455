-- Tables of ground/restores. No tenant's: only the roles that are granted something here see their rows.

-- One row a restore: the database began this generation as the back-up of `back_up_at_ms`.
create table restores (
  generation text primary key,
  back_up_at_ms bigint not null,
  restored_at_ms bigint not null
);
grant select on restores to karibu_app;
grant select, insert on restores to karibu_platform;
