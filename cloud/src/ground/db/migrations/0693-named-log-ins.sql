-- "Where you are logged in" says on what, and when it was really used last.
alter table logins
  add column browser text, -- its kind and its machine's, in words of ours: `Chrome, Android`; null: a program, or of before this release
  add column used_at_ms bigint; -- to the minute; null: not since this release
