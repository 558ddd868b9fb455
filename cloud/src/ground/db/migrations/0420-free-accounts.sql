-- An account without a subscription was free for ever, whoever made it. From now on that is a decision with a reason, and else it waits for its
-- subscription. What is there goes on as it is: those that never had a subscription are free.
alter table accounts
  add column billing text not null default 'subscription' check (billing in ('subscription', 'free')),
  add column free_reason text; -- why nobody pays for it
update accounts set billing = 'free', free_reason = 'before 2026-11-22'
where not exists (
  select 1 from subscriptions
  where subscriptions.provider_id = accounts.provider_id and subscriptions.account_id = accounts.account_id
);
alter table accounts add constraint accounts_free_reason check ((billing = 'free') = (free_reason is not null));
create index accounts_free on accounts (provider_id, account_id desc) where billing = 'free' and deleted_at_ms is null;
