-- When somebody last had all figures of the reports counted anew: it reads every session, so not each minute.
alter table report_floors add column rebuild_asked_at_ms bigint, alter column sessions_ms set default 0;
