-- A claim keeps the number that was typed, for the message once its money opens something; the money that a person says it means;
-- and how often it was made.
alter table payment_claims
  add column phone_sealed bytea, -- null: no number was typed, or by an earlier release
  add column linked_receipt text,
  add column times integer not null default 1,
  add column said_at_ms bigint; -- null: once, when it was made
create index payment_claims_linked on payment_claims (provider_id, linked_receipt) where linked_receipt is not null;

-- Who is told that it is paid, where that is not the number that was asked to pay: who paid, or who claimed the money. Sealed
-- empty text: nobody whose whole number is known.
alter table intents add column message_phone_sealed bytea;
