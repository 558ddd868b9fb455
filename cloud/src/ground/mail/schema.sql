-- Tables of ground/mail. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the table.

-- Mail waits here for a sender: written in the transaction of its cause, sealed because it carries links that open doors.
create table mail_outbox (
  provider_id text not null references providers,
  mail_id text not null,
  to_address text not null,
  subject text not null,
  body_sealed bytea not null,
  state text not null check (state in ('waiting', 'sent', 'failed')),
  tries integer not null default 0,
  last_error text,
  created_at_ms bigint not null,
  sent_at_ms bigint,
  unsubscribe_sealed bytea, -- A letter to a customer: how to end such letters (RFC 8058). Null: a letter to staff, or a receipt.
  attachment_sealed bytea, -- fixed; A file that goes with a letter, sealed like its text.
  attachment_name text, -- fixed
  attachment_type text, -- fixed
  from_name text, -- Whom a letter is from, beside the address; null: the server's own name.
  -- Written in the provider's name to a customer: its own mail server takes it, where there is one.
  from_provider boolean not null default false,
  primary key (provider_id, mail_id)
);
create index mail_outbox_waiting on mail_outbox (created_at_ms) where state = 'waiting';
create index mail_outbox_failed on mail_outbox (provider_id, created_at_ms) where state = 'failed';
select karibu_guard('mail_outbox');

-- Letters a day to one address, from all providers together: so that nobody writes to one through many. By a hash of the address, and what
-- caused them: a person's letters take no place of a password reset.
create table letter_days (
  to_hash text not null,
  cause text not null,
  day_at_ms bigint not null,
  letters integer not null,
  primary key (to_hash, cause, day_at_ms)
);
create index letter_days_old on letter_days (day_at_ms);
grant select, insert, update, delete on letter_days to karibu_platform;

-- A provider's own mail server: it takes what the provider writes to its customers.
create table mail_servers (
  provider_id text primary key references providers,
  host text not null,
  port integer not null check (port in (465, 587, 2525)),
  login text not null,
  password_sealed bytea not null,
  from_address text not null,
  changed_at_ms bigint not null
);
select karibu_guard('mail_servers');

-- A provider's own transaction counts without reading what others sent. False: there were as many as allowed, and nothing is counted.
create function karibu_take_letter(address_hash text, why text, today_ms bigint, letters_max integer) returns boolean language plpgsql
  security definer set search_path = public, pg_temp as $take$
begin
  insert into letter_days as d (to_hash, cause, day_at_ms, letters) values (address_hash, why, today_ms, 1)
  on conflict (to_hash, cause, day_at_ms) do update set letters = d.letters + 1 where d.letters < letters_max;
  return found;
end
$take$;
revoke execute on function karibu_take_letter from public;
grant execute on function karibu_take_letter to karibu_app, karibu_platform;
