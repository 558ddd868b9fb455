-- Tables of money/settings. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- How a provider wants its money handled. No row: the usual.
create table money_settings (
  provider_id text primary key references providers,
  two_person_refunds boolean not null default false,
  strict_accounts boolean not null default false, -- a validation call for an unknown account is refused
  sms_after_payment boolean not null default true,
  commission_permille integer not null default 0,
  -- What is given back of a package that was used: nothing, its unused part at most, or whatever a person says.
  refund_used text not null default 'unused-part' check (refund_used in ('refuse', 'unused-part', 'any')),
  -- How much a provider believes on the word of callbacks alone, in an hour, minor units. Null: the hub's default.
  unverified_cents_max bigint check (unverified_cents_max >= 0),
  -- Another person than the one who asked must approve each correction.
  corrections_need_second boolean not null default false,
  -- How often a phone is asked before the package waits for money; 0: never.
  renewal_prompts_max smallint not null default 3 check (renewal_prompts_max between 0 and 5),
  -- A payment on a phone makes a code too, which opens what was bought on any device.
  code_after_payment boolean not null default false
);
select karibu_guard('money_settings');
select karibu_open_to_booker('money_settings', 'select');
