-- How a provider's portal looks and what it says in place of Karibu's own; and what the portal announces and advertises.
create table brands (
  provider_id text not null references providers,
  main_colour text check (main_colour ~ '^#[0-9a-f]{6}$'), -- null: Karibu's
  accent_colour text check (accent_colour ~ '^#[0-9a-f]{6}$'),
  logo_picture_id text, -- of pictures; one that was deleted is not shown
  top_picture_id text,
  words jsonb not null, -- by language and name
  terms jsonb not null, -- by language
  updated_at_ms bigint not null,
  primary key (provider_id)
);
select karibu_guard('brands');

create table portal_notices (
  provider_id text not null references providers,
  notice_id text not null,
  kind text not null check (kind in ('announcement', 'advert')),
  texts jsonb not null, -- by language
  picture_id text,
  link text check (link ~ '^https://'),
  from_ms bigint not null,
  until_ms bigint not null check (until_ms > from_ms),
  created_at_ms bigint not null,
  updated_at_ms bigint not null,
  primary key (provider_id, notice_id)
);
create index portal_notices_from on portal_notices (provider_id, from_ms);
select karibu_guard('portal_notices');

-- What customers read in place of the provider's name, and letters are from.
alter table providers add column shown_name text;
alter table providers add column mail_name text;

-- Sites fetch a picture by what it is.
alter table pictures add column sha256 text generated always as (encode(sha256(bytes), 'hex')) stored;
create index pictures_sha256 on pictures (provider_id, sha256);
