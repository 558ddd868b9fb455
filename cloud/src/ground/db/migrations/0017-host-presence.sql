-- Which hub process holds a host's own link, and which link that is: a host is online while that process lives (hub_processes), so
-- that one which died without a good-bye leaves nobody online.
alter table hosts add column process_id text, add column link_id text;
