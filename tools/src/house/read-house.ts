/**
 * Reads the repository as a house: which file imports which, and which room's tables it reads and writes. Only the source text
 * is read; nothing of it runs. A room is a folder below a package's `src`; test files and `test-*.ts` scaffolding are no rooms.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { parseSync, Visitor } from "oxc-parser";

/** The packages and the folder each one lies in. */
export const packageFolders = {
  protocol: "protocol/src",
  agent: "agent/src",
  portal: "portal/src",
  cloud: "cloud/src",
  console: "cloud/console/src",
  my: "cloud/my/src",
  "routeros-scripts": "routeros-scripts/src",
  container: "container/src",
  cli: "cli/src",
  lab: "lab/src",
  tools: "tools/src",
} as const;

export type PackageName = keyof typeof packageFolders;

/** A table that a file names, and the line where. */
export interface TableUse {
  readonly table: string;
  readonly line: number;
}

export interface SourceFile {
  /** From the repository's root, with slashes. */
  readonly path: string;
  readonly package: PackageName;
  /** The folder below the package's `src`; "" for files that lie in it. */
  readonly room: string;
  /** A test, or scaffolding that only tests use. */
  readonly isTest: boolean;
  /** Files of this repository that it imports, types included. */
  readonly imports: readonly string[];
  /** Those of `imports` that it imports as types alone. They leave nothing at run time. */
  readonly typeImports: readonly string[];
  /** Relative imports that lead out of the package's folder, as they are written. */
  readonly escapes: readonly string[];
  /** Other modules that it imports: npm packages and `node:` ones. */
  readonly modules: readonly string[];
  readonly writesTables: readonly TableUse[];
  readonly readsTables: readonly TableUse[];
  /** Strings that are the front of a grant's identifier, as `"v."` or `b.${id}`. */
  readonly grantPrefixes: readonly string[];
}

export interface House {
  readonly files: readonly SourceFile[];
  /** Each table's room, as the hub's `schema.sql` files make it: table -> room. */
  readonly tableRooms: ReadonlyMap<string, string>;
}

const skippedFolders = new Set(["node_modules", "dist", "golden", "fixtures", "migrations"]);

const houses = new Map<string, House>();

/** Reads all packages below `root`, once in a process: it takes seconds. Throws where a file can't be parsed. */
export function readHouse(root: string): House {
  const house = houses.get(root) ?? readAll(root);
  houses.set(root, house);
  return house;
}

/** The paths of all source files, for who looks at texts alone. */
export const sourcePaths = (root: string): readonly string[] => packagePaths(root).map(({ path }) => path);

const packagePaths = (root: string) =>
  (Object.keys(packageFolders) as PackageName[]).flatMap((name) =>
    pathsBelow(root, packageFolders[name], ".ts").map((path) => ({ name, path })),
  );

function readAll(root: string): House {
  const paths = packagePaths(root);
  const known = new Set(paths.map(({ path }) => path));
  const files: SourceFile[] = [];
  const tableRooms = new Map<string, string>();
  for (const { name, path } of paths) {
    const text = readFileSync(join(root, path), "utf8");
    const room = roomOf(packageFolders[name], path);
    const { specifiers, typeOnly, writes, reads, grantPrefixes } = readSource(path, text);
    const targets = specifiers.map((specifier) => ({ specifier, target: resolve(path, specifier) }));
    for (const { specifier, target } of targets) {
      if (target?.endsWith(".ts") && !known.has(target)) {
        throw new Error(`${path} imports ${specifier}, which is no file of this repository.`);
      }
    }
    files.push({
      path,
      package: name,
      room,
      isTest: isTestFile(path),
      imports: targets.flatMap(({ target }) => (target?.endsWith(".ts") ? [target] : [])),
      typeImports: targets.flatMap(({ specifier, target }) =>
        target?.endsWith(".ts") && typeOnly.has(specifier) ? [target] : [],
      ),
      escapes: targets.flatMap(({ specifier, target }) =>
        specifier.startsWith(".") && !target?.startsWith(`${dirname(packageFolders[name])}/`) ? [specifier] : [],
      ),
      modules: targets.flatMap(({ specifier, target }) => (target === null ? [specifier] : [])),
      writesTables: writes,
      readsTables: reads,
      grantPrefixes,
    });
  }
  for (const path of pathsBelow(root, packageFolders.cloud, "schema.sql")) {
    const text = readFileSync(join(root, path), "utf8");
    for (const [, table = ""] of text.matchAll(/^create table ([a-z_0-9]+)/gm)) {
      tableRooms.set(table, roomOf(packageFolders.cloud, path));
    }
  }
  return { files, tableRooms };
}

/** Tests end in `.test.ts`; what only tests use is called `test-*.ts`, wherever it lies. */
export function isTestFile(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.endsWith(".test.ts") || name.startsWith("test-");
}

function pathsBelow(root: string, folder: string, ending: string): string[] {
  let entries: ReturnType<typeof readEntries>;
  try {
    entries = readEntries(join(root, folder));
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : pathsBelow(root, path, ending);
    return entry.name.endsWith(ending) ? [path] : [];
  });
}

function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true });
}

function roomOf(packageFolder: string, path: string): string {
  const folder = dirname(relative(packageFolder, path));
  return folder === "." ? "" : folder;
}

/** A file of this repository (relative, or `@karibu/package/file`), or null for any other module. */
function resolve(from: string, specifier: string): string | null {
  if (specifier.startsWith(".")) return normalize(join(dirname(from), specifier));
  const match = /^@karibu\/([a-z-]+)\/(.+)$/.exec(specifier);
  if (match === null) return null;
  const folder = packageFolders[match[1] as PackageName];
  return folder === undefined ? null : `${folder}/${match[2]}.ts`;
}

function readSource(path: string, text: string) {
  const { program, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} can't be parsed: ${errors[0]?.message}`);
  const types = new Set<string>();
  const values = new Set<string>();
  for (const { moduleRequest, entries } of module.staticImports) {
    // `import "x"` has no entries, and runs the module.
    const isType = entries.length > 0 && entries.every((entry) => entry.isType);
    (isType ? types : values).add(moduleRequest.value);
  }
  for (const { moduleRequest, isType } of module.staticExports.flatMap(({ entries }) => entries)) {
    if (moduleRequest !== null) (isType ? types : values).add(moduleRequest.value);
  }
  for (const { moduleRequest } of module.dynamicImports) {
    for (const name of literalOf(text.slice(moduleRequest.start, moduleRequest.end))) values.add(name);
  }
  const writes: TableUse[] = [];
  const reads: TableUse[] = [];
  const use = (table: string, offset: number): TableUse => ({ table, line: text.slice(0, offset).split("\n").length });
  const grantPrefixes = new Set<string>();
  new Visitor({
    // Kysely: .insertInto("grants"), .selectFrom("grants as g"), .innerJoin("grants", ...).
    CallExpression(node) {
      if (node.callee.type !== "MemberExpression" || node.callee.property.type !== "Identifier") return;
      const into = builderWrites.has(node.callee.property.name)
        ? writes
        : builderReads.has(node.callee.property.name)
          ? reads
          : null;
      const first = node.arguments[0];
      if (into === null || first === undefined) return;
      const names = first.type === "ArrayExpression" ? first.elements : [first];
      for (const name of names) {
        if (name?.type !== "Literal" || typeof name.value !== "string") continue;
        into.push(use(name.value.split(" ")[0] as string, name.start));
      }
    },
    // Types: import("./x.ts").Name.
    TSImportType(node) {
      types.add(node.source.value);
    },
    // Raw SQL, in templates and strings.
    TemplateElement(node) {
      if (/^[vabc]\.(file\.)?$|'[vabc]\.(file\.)?'/.test(node.value.raw)) grantPrefixes.add(node.value.raw);
      readSql(node.value.raw, node.start);
    },
    Literal(node) {
      if (typeof node.value !== "string") return;
      if (/^[vabc]\.(file\.)?$/.test(node.value)) grantPrefixes.add(node.value);
      readSql(node.value, node.start);
    },
  }).visit(program);
  function readSql(sql: string, start: number): void {
    for (const match of sql.matchAll(sqlWrites)) writes.push(use(match[1] as string, start + match.index));
    for (const match of sql.matchAll(sqlReads)) reads.push(use(match[1] as string, start + match.index));
  }
  return {
    specifiers: [...values, ...[...types].filter((name) => !values.has(name))],
    typeOnly: new Set([...types].filter((name) => !values.has(name))),
    writes,
    reads,
    grantPrefixes: [...grantPrefixes],
  };
}

const builderWrites = new Set(["insertInto", "updateTable", "deleteFrom", "mergeInto"]);
const builderReads = new Set([
  "selectFrom",
  "innerJoin",
  "leftJoin",
  "rightJoin",
  "fullJoin",
  "crossJoin",
  "from",
  "using",
]);

const sqlWrites = /\b(?:insert into|update|delete from|merge into|truncate)\s+(?:only\s+)?([a-z_]+)/gi;
const sqlReads = /\b(?:from|join)\s+(?:only\s+|lateral\s+)?([a-z_]+)/gi;

function literalOf(source: string): string[] {
  const match = /^["'`]([^"'`$]+)["'`]$/.exec(source);
  return match === null ? [] : [match[1] as string];
}
