-- The password of the router's own binary back-ups: known to the router and the hub, never to the agent. Null: its set-up is older.
alter table site_scripts add column back_up_key_sealed bytea;
