-- Vouchers that came back from a reseller, by when: a site that was away may tell later that one was used before.
create table returned_vouchers (
  provider_id text not null references providers,
  batch_id text not null,
  serial integer not null,
  hand_over_id text not null,
  returned_at_ms bigint not null,
  primary key (provider_id, batch_id, serial, hand_over_id),
  foreign key (provider_id, hand_over_id) references voucher_hand_overs on delete cascade
);
create index returned_vouchers_of on returned_vouchers (provider_id, hand_over_id);
select karibu_guard('returned_vouchers');
