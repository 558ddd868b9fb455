-- Tables of modules/site-import. Behind karibu_guard a provider reads and writes its own rows, the platform all; what differs stands at the
-- table.

-- What a column of a provider's files means that Karibu does not know by itself: asked for once, with the first file that has it.
create table site_import_columns (
  provider_id text not null references providers,
  header text not null, -- as `plainHeader` writes it
  meaning text not null, -- type Meaning from "./site-csv.ts"
  chosen_at_ms bigint not null,
  primary key (provider_id, header)
);
select karibu_guard('site_import_columns');
