-- Money that paid for the wrong customer's purchase can be moved: the purchase is over, and its receipt is somebody else's.
alter table intents drop constraint intents_state_check;
alter table intents add constraint intents_state_check check (state in
  ('created', 'sending', 'prompted', 'paid', 'paid_unreceipted', 'failed', 'unknown', 'reversed', 'disproved', 'moved'));
-- The purchase that the receipt had paid for; null: it was credit.
alter table corrections add column intent_id text;
