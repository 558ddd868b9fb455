-- Tables of modules/tickets. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- What customers and staff ask to be put right, how soon that is answered, and everything that was said and changed.
create table tickets (
  provider_id text not null references providers,
  ticket_id text not null,
  number bigint not null, -- what people say aloud
  subject text not null,
  kind text not null check (kind in ('connection', 'speed', 'payment', 'account', 'equipment', 'other')),
  priority text not null check (priority in ('low', 'normal', 'high', 'urgent')),
  state text not null check (state in ('open', 'reopened', 'waiting', 'solved', 'closed')),
  customer_id text, -- null: of nobody in particular
  site_id text,
  account_id text, -- the service it is about
  opened_by text not null check (opened_by in ('customer', 'staff', 'karibu')),
  opened_by_name text not null,
  assigned_to text, -- a user
  about text, -- what made it, so that it is made once; null: a person
  -- Times that staff had, in working hours. While the customer is waited for, nothing runs.
  answer_due_ms bigint not null,
  answered_at_ms bigint,
  answer_work_ms bigint,
  running_since_ms bigint,
  spent_ms bigint not null default 0,
  solve_due_ms bigint, -- null: nothing runs
  solved_at_ms bigint,
  closed_at_ms bigint,
  created_at_ms bigint not null,
  changed_at_ms bigint not null,
  primary key (provider_id, ticket_id)
);
create unique index tickets_number on tickets (provider_id, number);
create unique index tickets_about on tickets (provider_id, about) where about is not null;
create index tickets_newest on tickets (provider_id, ticket_id desc);
create index tickets_changed on tickets (provider_id, changed_at_ms desc, ticket_id desc);
create index tickets_live on tickets (provider_id, solve_due_ms, ticket_id) where state in ('open', 'reopened', 'waiting');
create index tickets_customer on tickets (provider_id, customer_id, ticket_id desc);
create index tickets_site on tickets (provider_id, site_id, ticket_id desc);
select karibu_guard('tickets');

-- The last number of a ticket that a provider gave out.
create table ticket_numbers (
  provider_id text primary key references providers,
  last bigint not null
);
select karibu_guard('ticket_numbers');

-- Never changed and never deleted by people: what was said and done, in order.
create table ticket_entries (
  provider_id text not null references providers,
  entry_id text not null,
  ticket_id text not null,
  kind text not null check (kind in ('message', 'answer', 'note', 'change')),
  who text not null,
  user_id text, -- null: the customer, or Karibu itself
  text text not null,
  what text, -- of a change: which field
  ways jsonb, -- type AnswerWay[] from "./ticket.ts", fixed; of an answer: how it was sent beside the customer's page
  at_ms bigint not null,
  primary key (provider_id, entry_id),
  foreign key (provider_id, ticket_id) references tickets on delete cascade
);
create index ticket_entries_of on ticket_entries (provider_id, ticket_id, entry_id);
create index ticket_entries_by on ticket_entries (provider_id, kind, at_ms);
select karibu_guard('ticket_entries');

-- Always made anew by the hub, never the file that was sent.
create table ticket_pictures (
  provider_id text not null references providers,
  picture_id text not null,
  ticket_id text not null,
  who text not null,
  media_type text not null check (media_type in ('image/png', 'image/jpeg')),
  bytes bytea not null check (octet_length(bytes) <= 262144), -- fixed
  width integer not null,
  height integer not null,
  is_internal boolean not null,
  at_ms bigint not null,
  primary key (provider_id, picture_id),
  foreign key (provider_id, ticket_id) references tickets on delete cascade
);
create index ticket_pictures_of on ticket_pictures (provider_id, ticket_id, picture_id);
select karibu_guard('ticket_pictures');

-- How soon tickets are to be answered. No row: the usual.
create table ticket_rules (
  provider_id text primary key references providers,
  work_days jsonb not null, -- type number[]; of 0 (Sunday) to 6
  from_minute integer not null,
  until_minute integer not null,
  targets jsonb not null -- type Targets from "./ticket.ts"; by priority: minutes to the first answer, and to the solution
);
select karibu_guard('ticket_rules');

-- An answer that staff put into a ticket with one press.
create table canned_answers (
  provider_id text not null references providers,
  canned_id text not null,
  name text not null,
  text text not null,
  created_at_ms bigint not null,
  primary key (provider_id, canned_id)
);
create unique index canned_answers_name on canned_answers (provider_id, lower(name));
select karibu_guard('canned_answers');
