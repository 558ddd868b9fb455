-- Tables of operations/public-face. No tenant's: only the roles that are granted something here see their rows.

-- How the hub's parts are as a whole, judged each minute, for the status page that everybody sees. It names no provider.
create table public_standings (
  part text primary key, -- type PublicPart from "./status-policy.ts"
  state text not null check (state in ('up', 'slow', 'down', 'unknown')),
  since_ms bigint not null,
  judged_at_ms bigint not null
);
grant select, insert, update, delete on public_standings to karibu_platform;
