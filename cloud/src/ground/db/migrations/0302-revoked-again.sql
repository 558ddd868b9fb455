-- What a restore revoked again, for people: who or what, since when, and when the restore repeated it (cloud/src/operations/restored).
create table revoked_again (
  provider_id text not null references providers, -- 'platform': of a host, or of one of its admins
  generation text not null,
  what text not null,
  subject_id text not null,
  label text not null, -- its name, as the back-up has it
  revoked_at_ms bigint not null,
  repeated_at_ms bigint not null,
  primary key (provider_id, generation, what, subject_id)
);
create index revoked_again_newest on revoked_again (provider_id, revoked_at_ms desc, generation, what, subject_id);
select karibu_guard('revoked_again');
-- The restore alone writes here: nobody can hide from the list that he was shut out.
revoke insert, update on revoked_again from karibu_app;
