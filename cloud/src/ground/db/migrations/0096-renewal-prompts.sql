-- A package that renews itself spends what credit there is, and the customer's phone is asked for the rest.
alter table renewals
  add column prompts integer not null default 0, -- tries since the last package was bought
  add column prompted_at_ms bigint;
-- How often a phone is asked before the package waits for money; 0: never.
alter table money_settings add column renewal_prompts_max smallint not null default 3 check (renewal_prompts_max between 0 and 5);
