-- What a site last said of its disk, by the open link: a journal that can't be written can't carry it. Null: its agent says nothing.
alter table site_links add column disk text check (disk in ('ok', 'refuses'));
alter table site_links add column disk_since_ms bigint;
-- Why a site could not run `failed_release_id`: `outcome_why` is about the release that it was given since.
alter table site_releases add column failed_why text;
