-- A customer's own number at the paybill: counted up for each provider, so that none is ever given out twice.
create table pay_number_counters (
  provider_id text primary key references providers,
  next_number bigint not null
);
select karibu_guard('pay_number_counters');
create unique index pay_accounts_of_customer on pay_accounts (provider_id, customer_id) where customer_id is not null and active;

-- A phone is also asked for what a subscription is due: the money goes the way of its customer's number.
alter table invoice_prompts
  alter column invoice_id drop not null,
  add column subscription_id text,
  add constraint invoice_prompts_for check (num_nonnulls(invoice_id, subscription_id) = 1);
create index invoice_prompts_subscription on invoice_prompts (provider_id, subscription_id, created_at_ms desc)
  where subscription_id is not null;
