-- Tables of tenancy/brand. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- How a provider's portal looks and what it says in place of Karibu's own; and what the portal announces and advertises.
create table brands (
  provider_id text primary key references providers,
  main_colour text check (main_colour ~ '^#[0-9a-f]{6}$'), -- null: Karibu's
  accent_colour text check (accent_colour ~ '^#[0-9a-f]{6}$'),
  logo_picture_id text, -- of pictures; one that was deleted is not shown
  top_picture_id text,
  words jsonb not null, -- type WordsByLanguage from "./by-language.ts"; by language and name
  terms jsonb not null, -- type ByLanguage<string> from "./by-language.ts"; by language
  updated_at_ms bigint not null
);
select karibu_guard('brands');

-- What a provider's portal announces or advertises for a time, with its picture.
create table portal_notices (
  provider_id text not null references providers,
  notice_id text not null,
  kind text not null check (kind in ('announcement', 'advert')),
  texts jsonb not null, -- type ByLanguage<string> from "./by-language.ts"; by language
  picture_id text,
  link text check (link ~ '^https://'),
  from_ms bigint not null,
  until_ms bigint not null,
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, notice_id),
  check (until_ms > from_ms)
);
create index portal_notices_from on portal_notices (provider_id, from_ms);
select karibu_guard('portal_notices');
