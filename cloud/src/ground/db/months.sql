-- Tables that grow with every day are partitioned by UTC month: what is too old goes by dropping a month, which takes no time and leaves no
-- dead rows. The parts of `audit` are `audit_2026_11`, and `audit_other` for rows whose month has none, so that an insert never fails.
-- Nobody is granted anything on a part: every statement names the parent, whose row-level security decides.
-- A partitioned table refers to no other table: dropping a month would lock that one too, against everybody.

-- Written behind `create table … partition by range (<a time in ms, or a day>)`.
-- `filled`: so much of a page, in percent; the rest is for changes of its rows. All parts have it from `…_other`.
create function karibu_by_month(target regclass, filled integer default 100) returns void language plpgsql as $by$
begin
  execute format('create table %I partition of %s default with (fillfactor = %s)', target || '_other', target, filled);
end
$by$;
revoke execute on function karibu_by_month from public;

-- The column that decides on the month. Null: this table is not partitioned so.
create function karibu_month_column(target regclass) returns text language sql stable set search_path = public, pg_temp as $column$
  select quote_ident(a.attname) from pg_partitioned_table p join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0]
  where p.partrelid = target and p.partstrat = 'r' and p.partnatts = 1 and p.partdefid <> 0
$column$;
revoke execute on function karibu_month_column from public;

-- A month's beginning, as the column of this table has it: milliseconds, or a day.
create function karibu_month_bound(target regclass, month date) returns text language sql stable set search_path = public, pg_temp as $bound$
  select case when a.atttypid = 'date'::regtype then quote_literal(month) else (extract(epoch from month) * 1000)::bigint::text end
  from pg_partitioned_table p join pg_attribute a on a.attrelid = p.partrelid and a.attnum = p.partattrs[0] where p.partrelid = target
$bound$;
revoke execute on function karibu_month_bound from public;

-- The day of a row of this table, as SQL. A number that is no time of ours counts as one of the year 1 or 9999.
create function karibu_month_day(target regclass) returns text language sql stable set search_path = public, pg_temp as $day$
  select case when karibu_month_bound(target, '1970-01-01') = '0'
    then format('(date ''1970-01-01'' + (least(greatest(%s, -62135596800000), 253402214400000) / 86400000)::integer)', karibu_month_column(target))
    else karibu_month_column(target) end
$day$;
revoke execute on function karibu_month_day from public;

-- Does this part hold the whole of its month? One into which rows are being moved ends earlier, and no part at all is not whole.
create function karibu_is_whole_month(target regclass, part regclass, month date) returns boolean language sql stable set search_path = public, pg_temp as $whole$
  select coalesce((select pg_get_expr(relpartbound, oid) like format('%% TO (%L)',
    trim('''' from karibu_month_bound(target, (month + interval '1 month')::date))) from pg_class where oid = part), false)
$whole$;
revoke execute on function karibu_is_whole_month from public;

-- Each partitioned table with the months that have a part (`2026-11`), those of them whose part is not whole yet, and the first and last month
-- of the rows in its `…_other`.
create function karibu_months() returns table (name text, months text[], begun text[], first_other text, last_other text) language plpgsql stable
  security definer set search_path = public, pg_temp as $months$
declare
  parent record;
begin
  for parent in
    select c.oid::regclass as target, c.relname::text as relname, p.partdefid::regclass as other
    from pg_partitioned_table p join pg_class c on c.oid = p.partrelid
    where c.relnamespace = 'public'::regnamespace and karibu_month_column(c.oid) is not null order by c.relname
  loop
    name := parent.relname;
    months := array(
      select replace(right(c.relname, 7), '_', '-') from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = parent.target and i.inhrelid <> parent.other order by 1);
    begun := array(
      select month from unnest(months) month
      where not karibu_is_whole_month(parent.target, to_regclass(parent.relname || '_' || replace(month, '-', '_')), (month || '-01')::date) order by 1);
    execute format('select to_char(min(%1$s), ''YYYY-MM''), to_char(max(%1$s), ''YYYY-MM'') from %2$s',
      karibu_month_day(parent.target), parent.other) into first_other, last_other;
    return next;
  end loop;
end
$months$;
revoke execute on function karibu_months from public;
grant execute on function karibu_months to karibu_platform;

-- Tells the planner of a new part what it was told of the columns of its table: that is not inherited. Names that begin with `pg_` are notes of the
-- server's own.
create function karibu_tell_planner(target regclass, part regclass) returns void language plpgsql set search_path = public, pg_temp as $tell$
declare
  told record;
begin
  for told in
    select attname, string_agg(option, ', ') as options from pg_attribute, unnest(attoptions) option
    where attrelid = target and attnum > 0 and not attisdropped and not starts_with(option, 'pg_') group by attname
  loop
    execute format('alter table %s alter column %I set (%s)', part, told.attname, told.options);
  end loop;
end
$tell$;
revoke execute on function karibu_tell_planner from public;

-- Makes the part of a month, and moves the rows of that month there that lay in `…_other`: all of them, or about so many, the earliest first. Then
-- the part ends behind them, and the next call goes on: each row lies in one of the two at any time. True: it holds the whole month.
-- It has every index of the parent, attached: those too that are not valid yet because a migration is building them part by part.
create function karibu_make_month(target regclass, month date, rows_max bigint default null) returns boolean language plpgsql
  security definer set search_path = public, pg_temp as $make$
declare
  part text := (select relname from pg_class where oid = target) || to_char(month, '_YYYY_MM');
  other regclass := (select partdefid from pg_partitioned_table where partrelid = target);
  month_column text := karibu_month_column(target);
  first_value text := karibu_month_bound(target, month);
  next_value text := karibu_month_bound(target, (month + interval '1 month')::date);
  bound text := next_value;
  its_rows text := format('%1$s >= %2$s and %1$s < %3$s', month_column, first_value, next_value);
  settings text := coalesce((select ' with (' || array_to_string(reloptions, ', ') || ')' from pg_class where oid = other and reloptions is not null), '');
  written text;
  has_rows boolean;
  last_value text;
begin
  if karibu_is_whole_month(target, to_regclass(part), month) then return true; end if;
  if extract(day from month) <> 1 then raise exception '% is no beginning of a month', month; end if;
  -- Two processes do not make it at once, and nobody adds a row between the look and the end.
  execute format('lock table %s in access exclusive mode', target);
  if karibu_is_whole_month(target, to_regclass(part), month) then return true; end if;
  execute format('select exists (select from %s where %s)', other, its_rows) into has_rows;
  if not has_rows and to_regclass(part) is null then
    execute format('create table %I partition of %s for values from (%s) to (%s)%s', part, target, first_value, next_value, settings);
    perform karibu_tell_planner(target, to_regclass(part));
    return true;
  end if;
  if rows_max is not null then
    execute format('select %1$s::text from %2$s where %3$s order by %1$s offset %4$s limit 1', month_column, other, its_rows, rows_max - 1)
      into last_value;
    if last_value is not null then
      execute format('select coalesce(quote_literal(min(%1$s)), %4$L) from %2$s where %3$s and %1$s > %5$L', month_column, other, its_rows,
        next_value, last_value) into bound;
    end if;
  end if;
  select string_agg(quote_ident(attname), ', ' order by attnum) into written
  from pg_attribute where attrelid = target and attnum > 0 and not attisdropped and attgenerated = '';
  if to_regclass(part) is null then
    execute format('create table %I (like %s including all)%s', part, target, settings);
    perform karibu_tell_planner(target, to_regclass(part));
  else
    execute format('alter table %s detach partition %I', target, part);
  end if;
  execute format('insert into %1$I (%2$s) select %2$s from %3$s where %4$s and %5$s < %6$s', part, written, other, its_rows, month_column, bound);
  execute format('delete from %s where %s and %s < %s', other, its_rows, month_column, bound);
  execute format('alter table %s attach partition %I for values from (%s) to (%s)', target, part, first_value, bound);
  return bound = next_value;
end
$make$;
revoke execute on function karibu_make_month from public;
grant execute on function karibu_make_month to karibu_platform;

-- Makes the parts that rows of a back-up need, but for months of more than ten years before it, or after it: those come from a wrong clock.
create function karibu_make_months_of(target regclass, rows jsonb, back_up_on date) returns void language plpgsql
  set search_path = public, pg_temp as $make$
begin
  execute format('select karibu_make_month(%2$L, month) from (
      select distinct date_trunc(''month'', %1$s)::date as month from jsonb_populate_recordset(null::%2$s, $1)) needed
    where month between $2 - interval ''10 years'' and $2 order by month', karibu_month_day(target), target) using rows, back_up_on;
end
$make$;
revoke execute on function karibu_make_months_of from public;

-- What nobody may delete row by row (the audit log) can be forgotten when it is a year old, and no sooner.
create function karibu_refuse_young(target regclass, until date) returns void language plpgsql stable set search_path = public, pg_temp as $refuse$
begin
  if karibu_month_column(target) is null then raise exception '% is not partitioned by month', target; end if;
  if until > now() - interval '365 days' and not has_table_privilege('karibu_platform', target, 'delete') then
    raise exception 'rows of % are kept for a year at least', target;
  end if;
end
$refuse$;
revoke execute on function karibu_refuse_young from public;

-- Drops the part of a month.
create function karibu_drop_month(target regclass, month date) returns void language plpgsql
  security definer set search_path = public, pg_temp as $drop$
begin
  perform karibu_refuse_young(target, (month + interval '1 month')::date);
  execute format('drop table if exists %I', (select relname from pg_class where oid = target) || to_char(month, '_YYYY_MM'));
end
$drop$;
revoke execute on function karibu_drop_month from public;
grant execute on function karibu_drop_month to karibu_platform;

-- Deletes rows from before a month that have no part of their own: there are few, if any.
create function karibu_forget_others(target regclass, before date) returns bigint language plpgsql
  security definer set search_path = public, pg_temp as $forget$
declare
  gone bigint;
begin
  perform karibu_refuse_young(target, before);
  execute format('delete from %s where %s < %s', (select partdefid::regclass from pg_partitioned_table where partrelid = target),
    karibu_month_column(target), karibu_month_bound(target, before));
  get diagnostics gone = row_count;
  return gone;
end
$forget$;
revoke execute on function karibu_forget_others from public;
grant execute on function karibu_forget_others to karibu_platform;
