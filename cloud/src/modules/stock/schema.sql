-- Tables of modules/stock. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- A kind of equipment or material, counted by pieces, by length, or thing by thing.
create table stock_kinds (
  provider_id text not null references providers,
  kind_id text not null,
  name text not null,
  has_serials boolean not null, -- false: counted, such as metres of cable
  unit text not null,
  active boolean not null,
  created_at_ms bigint not null,
  primary key (provider_id, kind_id)
);
create unique index stock_kinds_name on stock_kinds (provider_id, lower(name));
select karibu_guard('stock_kinds');

-- Shops and store rooms. A technician's van and a customer are places too, and need no row here.
create table stock_stores (
  provider_id text not null references providers,
  store_id text not null,
  name text not null,
  active boolean not null,
  created_at_ms bigint not null,
  primary key (provider_id, store_id)
);
create unique index stock_stores_name on stock_stores (provider_id, lower(name));
select karibu_guard('stock_stores');

-- One thing with a serial number, and where it is. A place: `store:<id>`, `van:<user>`, `job:<installation>`, `customer:<id>`; outside:
-- `supplier`, `sold`, `lost`.
create table stock_items (
  provider_id text not null references providers,
  item_id text not null,
  kind_id text not null,
  serial text not null,
  serial_key text not null, -- upper case, without spaces and separators
  place text not null,
  holding text not null check (holding in ('own', 'lent', 'sold', 'lost')),
  customer_id text, -- who has it, or bought it
  installation_id text, -- where it was put up
  asked_back_ms bigint, -- since the customer's last line ended
  received_at_ms bigint not null,
  changed_at_ms bigint not null,
  primary key (provider_id, item_id),
  foreign key (provider_id, kind_id) references stock_kinds
);
create unique index stock_items_serial on stock_items (provider_id, serial_key);
create index stock_items_newest on stock_items (provider_id, item_id desc);
create index stock_items_place on stock_items (provider_id, place, item_id);
create index stock_items_customer on stock_items (provider_id, customer_id, item_id) where customer_id is not null;
select karibu_guard('stock_items');

-- Each thing that went from one place to another. Never changed: what was wrong is moved back.
create table stock_movements (
  provider_id text not null references providers,
  movement_id text not null,
  kind_id text not null,
  item_id text, -- null: of a kind that is counted
  quantity bigint not null check (quantity > 0),
  from_place text not null,
  to_place text not null,
  why text not null check (why in ('received', 'moved', 'taken', 'lent', 'sold', 'returned', 'lost', 'found', 'used')),
  note text,
  who text not null,
  user_id text,
  at_ms bigint not null,
  primary key (provider_id, movement_id),
  foreign key (provider_id, kind_id) references stock_kinds,
  check (to_place <> from_place)
);
create index stock_movements_newest on stock_movements (provider_id, at_ms desc, movement_id desc);
create index stock_movements_item on stock_movements (provider_id, item_id, movement_id) where item_id is not null;
select karibu_guard('stock_movements');

-- What is where, of both sorts: always the sum of the movements. Outside places go below zero, places of ours never.
create table stock_balances (
  provider_id text not null references providers,
  kind_id text not null,
  place text not null,
  quantity bigint not null,
  primary key (provider_id, kind_id, place),
  check (quantity >= 0 or (place in ('supplier', 'sold', 'lost')))
);
create index stock_balances_place on stock_balances (provider_id, place, kind_id);
select karibu_guard('stock_balances');
