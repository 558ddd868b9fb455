-- Tables of money/evidence. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- Raw facts, kept as they came. The same fact twice is one row.
create table evidence (
  provider_id text not null references providers,
  evidence_id text not null,
  channel_id text not null,
  purchase_id text, -- null: nobody knows which purchase this speaks of
  source text not null,
  natural_key text not null,
  body_hash text not null, -- SHA-256, hex
  remote_address text,
  received_at_ms bigint not null,
  state text not null check (state in ('new', 'parked', 'done', 'unmatched')),
  outcome text, -- what it did, for people
  receipt text,
  seen_at_ms bigint, -- What a person has looked at leaves the review list; it stays where it is kept.
  -- How often judging this fact has failed. One that can't be judged leaves the queue, and a person sees it.
  tries integer not null default 0,
  kept_body_sealed bytea, -- The text of one that outlived the month of its body, because it is needed still.
  primary key (provider_id, evidence_id),
  foreign key (provider_id, purchase_id) references purchases
);
create unique index evidence_once on evidence (provider_id, source, natural_key, body_hash);
create index evidence_purchase on evidence (provider_id, purchase_id, evidence_id);
create index evidence_receipt on evidence (provider_id, receipt) where receipt is not null;
-- What was taken in and not judged: few rows at any moment, looked for when a process starts and now and then.
create index evidence_waiting on evidence (provider_id, channel_id, received_at_ms) where state = 'new' and purchase_id is null;
create index evidence_unjudged on evidence (received_at_ms) where state = 'new';
create index evidence_unmatched on evidence (provider_id, received_at_ms, evidence_id) where state = 'unmatched';
create index evidence_undone on evidence (received_at_ms) where state <> 'done';
create index evidence_with_kept_text on evidence (received_at_ms) where kept_body_sealed is not null;
select karibu_guard('evidence');
select karibu_open_to_booker('evidence', 'select, insert, update');

-- What came, as it came, of each fact. It is sealed: it names payers. It is forgotten sooner than the fact, by whole months: then, or when it was
-- erased, there is no row. Nothing refers to it, and it to nothing: dropping a month would lock the other table too.
create table evidence_bodies (
  provider_id text not null,
  received_at_ms bigint not null, -- That of the fact.
  evidence_id text not null,
  body_sealed bytea not null,
  primary key (provider_id, received_at_ms, evidence_id)
) partition by range (received_at_ms);
select karibu_by_month('evidence_bodies');
select karibu_guard('evidence_bodies');
select karibu_open_to_booker('evidence_bodies', 'select, insert');

-- What no table of ours lists: codes, keys, types. Counted, with one example.
create table unread_evidence (
  provider_id text not null references providers,
  source text not null,
  what text not null,
  times bigint not null default 1,
  evidence_id text,
  first_at_ms bigint not null,
  last_at_ms bigint not null,
  seen_at_ms bigint,
  primary key (provider_id, source, what)
);
select karibu_guard('unread_evidence');

-- Callbacks that came again, word for word. The fact itself is one row; this is only that it was repeated, and when first.
create table repeated_evidence (
  provider_id text not null references providers,
  source text not null,
  natural_key text not null,
  body_hash text not null,
  first_again_at_ms bigint not null,
  primary key (provider_id, source, natural_key, body_hash)
);
create index repeated_evidence_age on repeated_evidence (first_again_at_ms);
select karibu_guard('repeated_evidence');
