-- An expense that was larger than what its till held, as the books knew it: what was missing, and when a person has looked.
alter table expenses add column short_cents bigint not null default 0 check (short_cents >= 0 and short_cents <= amount_cents);
alter table expenses add column looked_at_ms bigint;
alter table expenses add column looked_note text;
create index expenses_above_till on expenses (provider_id, expense_id)
  where short_cents > 0 and looked_at_ms is null and voided_entry_id is null;
