-- A file that goes with a letter, sealed like its text.
alter table mail_outbox add column attachment_sealed bytea, add column attachment_name text, add column attachment_type text;
