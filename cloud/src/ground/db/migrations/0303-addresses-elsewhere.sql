-- A provider adds a person whose address another provider has: the row is there like any other, so that nobody learns of the other one. The
-- address opens the older account; this row waits behind it (identity/users/add-person.ts).
alter table users add column address_elsewhere boolean not null default false;
drop index users_email;
create unique index users_email on users (email) where not address_elsewhere;
create index users_email_any on users (email); -- log-ins look for the address alone
create unique index users_email_here on users (provider_id, email);
