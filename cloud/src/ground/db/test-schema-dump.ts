/**
 * What a database is, as lines of text: tables with their columns in order, keys, checks, indexes, triggers, policies and grants, functions,
 * sequences, roles, and the rows that are there from the beginning. Two databases that dump equal are the same to every statement. Names that
 * the server makes up for itself (not-null constraints, the owner's name) are left out.
 */
import type { RunScript } from "./engine.ts";

/** One block for each object, sorted by its first line. */
export async function dumpSchema(run: RunScript): Promise<string> {
  const blocks: string[] = [];
  for (const query of [schemaBlocks, roleBlocks, relationBlocks, functionBlocks, typeBlocks])
    for (const { block } of await run(query)) blocks.push(String(block).trimEnd());
  blocks.push(...(await rowBlocks(run)));
  return `${blocks.sort().join("\n\n")}\n`;
}

/** Who may do what: the owner's own rights go without saying, and PUBLIC has no name. */
const grants = (acl: string, kind: string, owner: string) => `
  (select string_agg(format('  grant %s to %s%s', rights, who, again), E'\\n' order by who, again) from (
    select coalesce(nullif(pg_get_userbyid(g.grantee), 'unknown (OID=0)'), 'public') as who,
      case when g.is_grantable then ' with grant option' else '' end as again,
      string_agg(lower(g.privilege_type), ', ' order by g.privilege_type) as rights
    from aclexplode(coalesce(${acl}, acldefault('${kind}', ${owner}))) g where g.grantee <> ${owner} and g.privilege_type <> 'MAINTAIN'
    group by 1, 2) each_role)`;

const schemaBlocks = `
  select concat_ws(E'\\n', 'schema ' || nspname, ${grants("nspacl", "n", "nspowner")}) as block
  from pg_namespace where nspname = 'public'
  union all select concat_ws(' ', 'default grants', defaclobjtype, defaclacl::text) from pg_default_acl
  union all select 'extension ' || extname from pg_extension where extname <> 'plpgsql'`;

const roleBlocks = `
  select concat_ws(' ', 'role', r.rolname, 'login', rolcanlogin, 'super', rolsuper, 'bypasses', rolbypassrls, 'inherits', rolinherit,
    'creates', rolcreatedb or rolcreaterole, rolconfig::text,
    (select 'member of ' || string_agg(o.rolname, ', ' order by o.rolname) from pg_auth_members m
      join pg_roles o on o.oid = m.roleid where m.member = r.oid)) as block
  from pg_roles r where r.rolname like 'karibu\\_%' and r.rolname <> current_user`;

/** Options of a column. Some servers keep notes of their own there, whose names begin with `pg_` (PostgreSQL 15.20: `pg_attver`). */
const ownOptions = `
  (select string_agg(option, ' ' order by option) from unnest(a.attoptions) option where not starts_with(option, 'pg_'))`;

const relationBlocks = `
  select concat_ws(E'\\n',
    case c.relkind when 'S' then 'sequence ' when 'v' then 'view ' when 'm' then 'materialized view ' else 'table ' end || c.relname,
    '  is ' || concat_ws(' ', c.relkind, c.relpersistence, c.reloptions::text, 'guarded', c.relrowsecurity, c.relforcerowsecurity,
      'identity', c.relreplident, pg_get_partkeydef(c.oid)),
    (select '  part of ' || i.inhparent::regclass || ' ' || pg_get_expr(c.relpartbound, c.oid) from pg_inherits i where i.inhrelid = c.oid),
    case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end,
    (select '  sequence ' || concat_ws(' ', format_type(s.seqtypid, null), seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle)
      from pg_sequence s where s.seqrelid = c.oid),
    (select '  owned by ' || d.refobjid::regclass || '.' || d.refobjsubid from pg_depend d
      where c.relkind = 'S' and d.objid = c.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i')
        and d.refclassid = 'pg_class'::regclass),
    (select string_agg('  column ' || concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod),
        case when a.attnotnull then 'not null' end, 'default ' || pg_get_expr(d.adbin, d.adrelid),
        'identity ' || nullif(a.attidentity::text, ''), 'generated ' || nullif(a.attgenerated::text, ''), concat('storage ', a.attstorage),
        'collate ' || nullif(a.attcollation, t.typcollation)::regcollation::text, ${ownOptions},
        (select string_agg(concat_ws(' ', pg_get_userbyid(g.grantee), lower(g.privilege_type)), ', ' order by g.grantee::regrole::text, g.privilege_type) from aclexplode(a.attacl) g)), E'\\n' order by a.attnum)
      from pg_attribute a join pg_type t on t.oid = a.atttypid
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and c.relkind <> 'S'),
    (select string_agg('  constraint ' || x.conname || ' ' || pg_get_constraintdef(x.oid)
        || case when x.convalidated then '' else ' not validated' end, E'\\n' order by x.conname)
      from pg_constraint x where x.conrelid = c.oid and x.contype not in ('n', 't')),
    (select string_agg('  ' || pg_get_indexdef(i.indexrelid) || case when i.indisvalid then '' else ' invalid' end
        || case when i.indisclustered then ' clustered' else '' end, E'\\n' order by i.indexrelid::regclass::text)
      from pg_index i where i.indrelid = c.oid),
    (select string_agg('  ' || pg_get_triggerdef(g.oid) || ' ' || g.tgenabled::text, E'\\n' order by g.tgname)
      from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal),
    (select string_agg('  policy ' || concat_ws(' ', p.polname, p.polcmd, p.polpermissive, (
          select string_agg(coalesce(r.rolname, 'public'), ', ' order by r.rolname)
          from unnest(p.polroles) as of_role left join pg_roles r on r.oid = of_role),
        'using ' || pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_get_expr(p.polwithcheck, p.polrelid)), E'\\n' order by p.polname)
      from pg_policy p where p.polrelid = c.oid),
    (select string_agg('  rule ' || pg_get_ruledef(r.oid), E'\\n' order by r.rulename)
      from pg_rewrite r where r.ev_class = c.oid and r.rulename <> '_RETURN'),
    (select string_agg('  statistics ' || pg_get_statisticsobjdef(s.oid), E'\\n' order by s.stxname)
      from pg_statistic_ext s where s.stxrelid = c.oid),
    (select string_agg('  comment ' || d.objsubid || ' ' || d.description, E'\\n' order by d.objsubid)
      from pg_description d where d.objoid = c.oid and d.classoid = 'pg_class'::regclass),
    ${grants("c.relacl", "r", "c.relowner")}) as block
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'S', 'f')`;

const functionBlocks = `
  select concat_ws(E'\\n', 'function ' || p.oid::regprocedure, case when p.prokind in ('f', 'p') then pg_get_functiondef(p.oid) end,
    ${grants("p.proacl", "f", "p.proowner")}) as block
  from pg_proc p where p.pronamespace = 'public'::regnamespace`;

/** Types beside those of the tables' rows. */
const typeBlocks = `
  select concat_ws(' ', 'type', t.typname, t.typtype, format_type(t.typbasetype, t.typtypmod),
    (select string_agg(e.enumlabel, ', ' order by e.enumsortorder) from pg_enum e where e.enumtypid = t.oid)) as block
  from pg_type t left join pg_class c on c.oid = t.typrelid
  where t.typnamespace = 'public'::regnamespace and t.typelem = 0 and (t.typtype <> 'c' or c.relkind = 'c')`;

/** `migrations` tells when this database was made, and is not compared. */
async function rowBlocks(run: RunScript): Promise<string[]> {
  const tables = await run(`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
      and relname <> 'migrations'`);
  const blocks: string[] = [];
  for (const { name } of tables) {
    const rows = await run(`select to_jsonb(t)::text as line from "${name}" t order by 1`);
    if (rows.length > 0) blocks.push([`rows of ${name}`, ...rows.map(({ line }) => `  ${line}`)].join("\n"));
  }
  return blocks;
}
