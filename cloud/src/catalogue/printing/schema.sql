-- Tables of catalogue/printing. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- How a provider's printed vouchers look. No row: as they come.
create table voucher_designs (
  provider_id text primary key references providers,
  title text, -- null: the provider's name
  words text, -- null: how one uses a code
  colour text not null,
  picture_id text, -- of a picture that may be deleted meanwhile
  shows_price boolean not null,
  shows_qr boolean not null,
  updated_at_ms bigint not null
);
select karibu_guard('voucher_designs');

-- Where phones reach a site's portal, as a person typed it: what a printed code leads to. No row: as the site's router was set up.
create table portal_addresses (
  provider_id text not null references providers,
  site_id text not null,
  address text not null,
  updated_at_ms bigint not null,
  primary key (provider_id, site_id)
);
select karibu_guard('portal_addresses');
