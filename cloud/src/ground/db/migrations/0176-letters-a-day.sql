-- Letters a day to one address, from all providers together: so that nobody writes to one through many. By a hash of the address, and what
-- caused them: a person's letters take no place of a password reset.
create table letter_days (
  to_hash text not null,
  cause text not null,
  day_at_ms bigint not null,
  letters integer not null,
  primary key (to_hash, cause, day_at_ms)
);
create index letter_days_old on letter_days (day_at_ms);
grant select, insert, update, delete on letter_days to karibu_platform;

-- A provider's own transaction counts without reading what others sent. False: there were as many as allowed, and nothing is counted.
create function karibu_take_letter(address_hash text, why text, today_ms bigint, letters_max integer) returns boolean
language plpgsql security definer set search_path = public, pg_temp as $take$
begin
  insert into letter_days as d (to_hash, cause, day_at_ms, letters) values (address_hash, why, today_ms, 1)
  on conflict (to_hash, cause, day_at_ms) do update set letters = d.letters + 1 where d.letters < letters_max;
  return found;
end
$take$;
revoke execute on function karibu_take_letter from public;
grant execute on function karibu_take_letter to karibu_app, karibu_platform;
