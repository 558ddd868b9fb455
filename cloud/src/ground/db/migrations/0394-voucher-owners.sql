-- Whose a voucher is, where it was given or transferred to a customer. The key keeps a code from having two owners.
create table voucher_owners (
  provider_id text not null references providers,
  batch_id text not null,
  serial integer not null,
  customer_id text not null,
  given_by text not null,
  since_ms bigint not null,
  primary key (provider_id, batch_id, serial),
  foreign key (provider_id, customer_id) references customers on delete cascade
);
create index voucher_owners_of on voucher_owners (provider_id, customer_id, since_ms);
select karibu_guard('voucher_owners');

-- A payment on a phone makes a code too, which opens what was bought on any device.
alter table money_settings add column code_after_payment boolean not null default false;
