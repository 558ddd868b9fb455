-- Of a voucher that was refunded its reseller keeps no commission: how much of it was taken back.
alter table reseller_vouchers add column commission_back_cents bigint not null default 0;
