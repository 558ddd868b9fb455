-- Airtel Money and MTN MoMo.
alter table channels drop constraint channels_kind;
alter table channels add constraint channels_kind
  check (kind in ('mpesa-paybill', 'mpesa-till', 'airtel-money', 'mtn-momo', 'pesapal', 'stripe', 'cash', 'credit'));
