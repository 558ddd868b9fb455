-- Whom a letter is from, beside the address; null: the server's own name.
alter table mail_outbox add column from_name text;
