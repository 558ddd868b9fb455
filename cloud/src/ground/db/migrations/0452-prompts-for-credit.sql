-- A customer also lets a phone be asked for a sum that just goes into their credit: such a prompt is of no invoice and of no subscription.
alter table invoice_prompts
  drop constraint invoice_prompts_for,
  add constraint invoice_prompts_for check (num_nonnulls(invoice_id, subscription_id) <= 1);
create index invoice_prompts_asked_by on invoice_prompts (provider_id, asked_by, created_at_ms desc);
