-- Tables of catalogue/customers. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- A customer. The number rests sealed; its hash finds it, and joins purchases and grants.
create table customers (
  provider_id text not null references providers,
  customer_id text not null,
  name text not null,
  phone_sealed bytea,
  phone_hash text, -- type Party from "../../ground/amounts/parties.ts"; a keyed hash of the 12 digits, hex (`ground/amounts/parties.ts`)
  phone_masked text,
  email text,
  site_id text,
  note text,
  active boolean not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  deleted_at_ms bigint,
  -- What the search finds things by. Under row-level security an index serves only plain columns and leakproof operators (=, <, >= of
  -- text), so names are stored in lower case once more, and compared octet by octet. A name is found by its beginning and by its last word.
  name_key text collate "C" not null generated always as (lower(name)) stored,
  last_name_key text collate "C" generated always as (lower(substring(name, '\S+$'))) stored,
  -- Half a phone number finds its customer. The number stays sealed: of its ends, names by a secret that is not in the database are kept,
  -- one after another, so that the names of fewer digits are the beginning of those of more (`ground/amounts/phone-parts.ts`). Null: no
  -- number.
  phone_tail_key text collate "C",
  phone_head_key text collate "C",
  primary key (provider_id, customer_id),
  foreign key (provider_id, site_id) references sites
);
create unique index customers_phone on customers (provider_id, phone_hash) where deleted_at_ms is null;
create index customers_name on customers (provider_id, lower(name), customer_id);
create index customers_name_key on customers (provider_id, name_key, customer_id) where deleted_at_ms is null;
create index customers_last_name_key on customers (provider_id, last_name_key, customer_id) where deleted_at_ms is null;
create index customers_phone_tail on customers (provider_id, phone_tail_key, customer_id) where phone_tail_key is not null;
create index customers_phone_head on customers (provider_id, phone_head_key, customer_id) where phone_head_key is not null;
select karibu_guard('customers');
-- Who pays is not switched off or on while it is booked: to lock a row takes the right to change some column of it.
select karibu_open_to_booker('customers', 'select (provider_id, phone_hash, active, deleted_at_ms), update (updated_at_ms)');

-- Whoever changes a number, or erases its person, and knows nothing of its parts leaves none of them behind.
create function karibu_drop_phone_parts() returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  if new.phone_sealed is null or (new.phone_hash is distinct from old.phone_hash
    and (new.phone_tail_key, new.phone_head_key) is not distinct from (old.phone_tail_key, old.phone_head_key)) then
    new.phone_tail_key := null;
    new.phone_head_key := null;
  end if;
  return new;
end $$;
create trigger customers_phone_parts before update of phone_sealed, phone_hash on customers
  for each row execute function karibu_drop_phone_parts();

-- A number that a customer had before: what was bought with it is the same person's, where nobody else has the number since.
create table customer_numbers (
  provider_id text not null references providers,
  customer_id text not null,
  number_id text not null,
  phone_sealed bytea not null, -- as in `customers`
  phone_hash text not null, -- type Party from "../../ground/amounts/parties.ts"
  phone_masked text not null,
  until_ms bigint not null,
  primary key (provider_id, number_id),
  foreign key (provider_id, customer_id) references customers on delete cascade
);
create index customer_numbers_of on customer_numbers (provider_id, customer_id, until_ms);
create index customer_numbers_phone on customer_numbers (provider_id, phone_hash);
select karibu_guard('customer_numbers');
