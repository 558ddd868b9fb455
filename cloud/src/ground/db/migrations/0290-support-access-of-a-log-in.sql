-- Support access lives as long as the log-in in which it was begun, and not beyond a new password of its admin.
alter table impersonations add column login_id text; -- of the platform's log-ins; null: begun before this column, and over
-- The person ended their other log-ins then (a new password, a second factor): what was begun in this one before is over.
alter table logins add column cut_at_ms bigint;
