-- The tunnel ends at one machine at a time, and so does each router's hand-shake.

-- Which machine's interface the counters were read from: another machine's have nothing to do with them.
alter table wireguard_peers add column counted_by text; -- null: nobody's yet

-- By whom a site is hosted is read and written within the provider's own transaction, as all of a site is.
grant select (host_id, name, made_at_ms, enrolled_at_ms, revoked_at_ms) on hosts to karibu_app;
