-- What a provider's RADIUS server may give to whom, more closely.
-- confirmed: the rights of the provider's own roles as they were when somebody who has them all chose these roles; what a role gets later is not given by
-- a log-in by RADIUS until somebody confirms it anew. server_at_ms: since when it is this very server (host or site, port, secret).
alter table console_radius add column confirmed jsonb not null default '{}', add column server_at_ms bigint not null default 0;
set local role karibu_platform;
update console_radius c set server_at_ms = changed_at_ms, confirmed = coalesce((select jsonb_object_agg(r.role_id, r.permissions) from roles r
  where r.provider_id = c.provider_id and c.roles ? r.role_id), '{}');
reset role;
alter table console_radius alter column confirmed drop default, alter column server_at_ms drop default;

-- A log-in by RADIUS: the server_at_ms of that day. It is over when the server is another one, or none. Null: by Karibu's own password.
alter table logins add column radius_at_ms bigint;
-- Of those that are there nobody knows which way they came: whoever may have come by RADIUS logs in once more.
set local role karibu_platform;
delete from logins l using users u, console_radius c where u.provider_id = l.provider_id and u.user_id = l.user_id
  and c.provider_id = l.provider_id and c.roles ? u.role;
reset role;

-- A restore must not bring a server back that was taken away, nor the rights that it had. In a restore the rows of the back-up come: they are no news.
create trigger revocation_noted after insert on console_radius for each row
  when (coalesce(current_setting('karibu.restoring', true), '') <> 'yes')
  execute function karibu_note_revocation('provider_id',
    'host,site_id,port,secret_sealed,names,roles,role_attribute,role_map,confirmed,server_at_ms,changed_at_ms');
create trigger change_noted after update on console_radius for each row
  when (old.changed_at_ms is distinct from new.changed_at_ms)
  execute function karibu_note_revocation('provider_id',
    'host,site_id,port,secret_sealed,names,roles,role_attribute,role_map,confirmed,server_at_ms,changed_at_ms');
create trigger removal_noted after delete on console_radius for each row
  when (coalesce(current_setting('karibu.restoring', true), '') <> 'yes')
  execute function karibu_note_revocation('provider_id', 'changed_at_ms');
