-- What the portal speaks to whose phone asks for no language that it has: letters of ISO 639. Null: the provider's own.
alter table providers add column portal_language text check (portal_language ~ '^[a-z]{2,3}$');
