-- A subscription's months are those of the clock that its provider had when its first period began: whoever moves a provider to another time zone
-- moves nobody's paid time. And when a promise was made: one that lets a customer in again who was cut off begins a period of its own.
alter table subscriptions
  add column anchor_offset_minutes integer not null default 0,
  add column promised_at_ms bigint;
update subscriptions s set anchor_offset_minutes = p.utc_offset_minutes from providers p where p.provider_id = s.provider_id;
