/** Writes `blank-person.sql` from what the rooms say of their tables. Pure; `npm run schema-types` calls it. */
import { accountGrantId } from "@karibu/protocol/grant-id";
import { auditTargets, type PersonalData, type PersonThing, personThings } from "../../ground/jobs/person-data.ts";

/** Variables of the function are `of_…`, so that none has the name of a column. */
const filled = (text: string): string => text.replaceAll(/\$([a-z]+)/gi, (_, word: string) => variable(word));
const variable = (word: string): string => `of_${word.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`;

/** SQL: also those that were theirs for a time. */
const allGrants = "of_grants || array(select split_part(span, '/', 1) from unnest(of_grant_spans) span)";

export function writeErasure(rooms: readonly PersonalData[]): string {
  const { lists, finds } = found(rooms, personThings);
  const until = (thing: PersonThing) => found(rooms, personThings.slice(0, personThings.indexOf(thing) + 1));
  const [untilGrants, untilDevices] = [until("grantSpans"), until("devices")];
  const statements = rooms.flatMap(({ tables }) =>
    Object.entries(tables).flatMap(([table, row]) => statement(table, row)),
  );
  return `-- Written by \`npm run schema-types\` from the rooms' \`personal-data.ts\`: change those. Takes one person out of one provider's rows; twice is as once.
-- The application's roles may change neither the ledger nor the audit; this function may, and changes nothing there but who it was. No amount,
-- no account, no number and no time of a money row is touched. @param of_party null: no phone is known @returns rows by table
create function karibu_blank_person(of_provider text, of_customer text, of_party text, of_pseudonym text, of_now bigint) returns jsonb language plpgsql
  security definer set search_path = public, pg_temp as $blank$
declare
${lists.join("\n")}
  of_named text[];
  of_counts jsonb := '{}';
  of_count bigint;
begin
  if nullif(current_setting('karibu.provider_id', true), '') is distinct from of_provider
    and nullif(current_setting('karibu.provider_id', true), '') is not null then
    raise exception 'another provider''s person';
  end if;
${finds.join("\n")}
  of_named := ${auditTargets.map(variable).join(" || ")};
${statements.join("\n")}
  return of_counts || karibu_mark_person(of_provider, of_party, of_pseudonym, of_grants, ${allGrants}, of_devices, of_now, of_counts);
end
$blank$;
revoke execute on function karibu_blank_person from public;
grant execute on function karibu_blank_person to karibu_app, karibu_platform;

-- The grants that are theirs, or were for a time, before they are erased: <grant>/<from ms>/<until ms>, without the last where it still is. Of an
-- account one row stands for all of its periods, also those that no site has told of yet.
create function karibu_grants_of_person(of_provider text, of_customer text, of_party text) returns jsonb language plpgsql
  set search_path = public, pg_temp as $grants$
declare
${untilGrants.lists.join("\n")}
begin
${untilGrants.finds.join("\n")}
  return coalesce((select jsonb_agg(distinct span) from (
    select unnest(of_grant_spans) as span
    union all select '${accountGrantId("", undefined)}' || account || '/0/' from unnest(of_accounts) account
    union all select theirs || '/0/' from unnest(of_grants) theirs
      where theirs not in (select split_part(span, '/', 1) from unnest(of_grant_spans) span)
        and not (theirs like '${accountGrantId("", undefined)}%' and split_part(theirs, '.', 2) = any (of_accounts))) spans), '[]');
end
$grants$;
revoke execute on function karibu_grants_of_person from public;

-- The MAC addresses that are theirs, before they are erased.
create function karibu_devices_of_person(of_provider text, of_customer text, of_party text) returns text[] language plpgsql
  set search_path = public, pg_temp as $devices$
declare
${untilDevices.lists.join("\n")}
begin
${untilDevices.finds.join("\n")}
  return array(select distinct unnest(of_devices));
end
$devices$;
revoke execute on function karibu_devices_of_person from public;
grant execute on function karibu_devices_of_person to karibu_app, karibu_platform;

-- The feeds that are written anew when they are erased, and perhaps some more.
create function karibu_feeds_of_person(of_provider text, of_customer text, of_party text) returns text[] language plpgsql
  set search_path = public, pg_temp as $feeds$
declare
${untilDevices.lists.join("\n")}
begin
${untilDevices.finds.join("\n")}
  return array(select r.scope from feed_rows r where r.provider_id = of_provider and (
      r.kind in ('grant', 'grant-change') and r.key = any (${allGrants})
      or r.kind = 'customer-account' and r.key = any (of_accounts)
      or case r.kind when 'listed-codes'
        then exists (select from jsonb_array_elements(r.body -> 'more') code where code ->> 'mac' = any (of_devices)) end)
    union select 'site:' || site_id from account_sites where provider_id = of_provider and account_id = any (of_accounts));
end
$feeds$;
revoke execute on function karibu_feeds_of_person from public;
grant execute on function karibu_feeds_of_person to karibu_app, karibu_platform;
`;
}

/** Of the function's text: a variable for each of these things, and how it is found. */
function found(rooms: readonly PersonalData[], things: readonly PersonThing[]) {
  const lists = [
    "  of_lead text := case when of_customer like 'lead:%' then substr(of_customer, 6) end;",
    ...things.map((thing) => `  ${variable(thing)} text[] := '{}';`),
  ];
  const finds = things.flatMap((thing) =>
    rooms.flatMap(({ finds }) => {
      const query = finds?.[thing];
      return query === undefined ? [] : [`  ${variable(thing)} := ${variable(thing)} || array(${filled(query)});`];
    }),
  );
  return { lists, finds };
}

type Row = NonNullable<PersonalData["tables"][keyof PersonalData["tables"]]>;

function statement(table: string, { theirs, erased, only, provider = "provider_id = $provider" }: Row): string[] {
  if (erased === "keep") return [];
  const change =
    erased === "delete"
      ? `delete from ${table}`
      : `update ${table} set ${Object.entries(erased)
          .map(([column, value]) => `${column} = ${value}`)
          .join(", ")}`;
  const where = [provider, theirs, ...(only === undefined ? [] : [only])].join(" and ");
  return [
    `  ${filled(`${change} where ${where}`)};
  get diagnostics of_count = row_count;
  if of_count > 0 then of_counts := of_counts || jsonb_build_object('${table}', of_count); end if;`,
  ];
}
