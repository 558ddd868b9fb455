-- Why a site ended a session, or how it knew that one was lost. Null: the guest or the router ended it, or an older agent reports it.
alter table sessions add column why text;
create index sessions_why on sessions (provider_id, why, begun_at_ms desc, session_key desc, site_id desc) where why is not null;
