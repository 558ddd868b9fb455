/** Which rules the house breaks, and its figures. Pure: a house and its rules in, findings out. */
import { isBuiltin } from "node:module";
import { type House, isTestFile, type PackageName, packageFolders, type SourceFile } from "./read-house.ts";

export interface HouseRules {
  /** Which packages a package's shipped code may import, itself not named. */
  readonly packages: Readonly<Record<PackageName, readonly PackageName[]>>;
  /** Imports between packages that take types alone, e.g. `console -> cloud`. */
  readonly typesOnly: readonly `${PackageName} -> ${PackageName}`[];
  /** Rooms, lowest first: a room imports those before it. Files in `src` itself and in a district's folder stand on top. */
  readonly order: Readonly<Partial<Record<PackageName, readonly string[]>>>;
  /** Rooms whose inner rooms know nothing of each other. */
  readonly apart: readonly string[];
  /** Modules (`modules/<name>` of hub and console), and which others each is built on. */
  readonly moduleNeeds: Readonly<Record<string, readonly string[]>>;
  /** Pairs of rooms that import each other, at most. It only ever goes down. */
  readonly twoWayPairsAtMost: Readonly<Partial<Record<PackageName, number>>>;
  /** Modules that only the named files may import, and why. */
  readonly guardedModules: readonly {
    readonly module: string;
    readonly in: PackageName;
    readonly only: readonly string[];
  }[];
  /** Packages that run in a browser or must not know Node. */
  readonly withoutNode: readonly PackageName[];
  /** Files that run though no file imports them: programs, workers and the test runner's set-up. Tests are known by name. */
  readonly startedByPath: readonly string[];
  /** Files of the hub that one module alone calls, because what they write is the hub's: where that module was deleted, nothing imports them. */
  readonly calledByModule: Readonly<Record<string, string>>;
  /** Rooms that read other rooms' tables: reader -> owners. */
  readonly foreignReads: Readonly<Record<string, readonly string[]>>;
}

/** Imports between packages that no rule allows. Tests and scaffolding may import any package. */
export function wrongPackageImports(house: House, rules: HouseRules): string[] {
  const packageOf = packagesByPath(house);
  return shipped(house).flatMap((file) =>
    file.imports.flatMap((target) => {
      const to = packageOf.get(target) as PackageName;
      if (to === file.package) return [];
      if (!rules.packages[file.package].includes(to)) {
        return [`${file.path} imports ${target}: ${file.package} may not import ${to}`];
      }
      if (rules.typesOnly.includes(`${file.package} -> ${to}`) && !file.typeImports.includes(target)) {
        return [`${file.path} imports ${target}: ${file.package} takes only types of ${to}`];
      }
      return [];
    }),
  );
}

/** Relative imports that leave their package. Another package is imported by its name, also by tests. */
export function wrongEscapes(house: House): string[] {
  return house.files.flatMap((file) =>
    file.escapes.map((specifier) => `${file.path} imports ${specifier}: a relative import stays in its package`),
  );
}

/** Shipped files that import tests or scaffolding. Lab and tools ship nothing. */
export function shippedScaffolding(house: House): string[] {
  return shipped(house)
    .filter((file) => file.package !== "lab" && file.package !== "tools")
    .flatMap((file) => file.imports.filter(isTestFile).map((target) => `${file.path} imports ${target}`));
}

/** Imports from a lower room to a higher one, and rooms that the order does not name. */
export function wrongRoomImports(house: House, rules: HouseRules): string[] {
  const wrong: string[] = [];
  for (const [name, order] of Object.entries(rules.order) as [PackageName, readonly string[]][]) {
    const districts = new Set(order.map((room) => room.split("/")[0] as string));
    for (const file of shipped(house).filter((one) => one.package === name)) {
      if (file.room !== "" && placeOf(order, file.room) === -1 && !districts.has(file.room)) {
        wrong.push(`${file.path}: the room ${file.room} has no place in the order`);
      }
      for (const target of roomImports(house, file)) {
        if (floorOf(order, target.room) > floorOf(order, file.room)) {
          wrong.push(`${file.path} imports ${target.path}: ${file.room} stands below ${target.room || "src"}`);
        }
      }
    }
  }
  return wrong;
}

/** The place of a room, or of the district around it where the order lists that district as one. -1: neither is listed. */
function placeOf(order: readonly string[], room: string): number {
  const own = order.indexOf(room);
  return own === -1 && room.includes("/") ? placeOf(order, room.slice(0, room.lastIndexOf("/"))) : own;
}

/** A room's height: its place in the order. A district that has no place stands on its highest room, files of `src` on all. */
function floorOf(order: readonly string[], room: string): number {
  if (room === "") return order.length;
  const own = placeOf(order, room);
  return own === -1 ? order.findLastIndex((one) => one.startsWith(`${room}/`)) + 0.5 : own;
}

/** Imports between inner rooms that must know nothing of each other. */
export function siblingImports(house: House, rules: HouseRules): string[] {
  const innerRoom = (room: string) => rules.apart.find((outer) => room.startsWith(`${outer}/`));
  return shipped(house).flatMap((file) => {
    const outer = innerRoom(file.room);
    if (outer === undefined) return [];
    return roomImports(house, file)
      .filter(({ room }) => innerRoom(room) === outer)
      .map(({ path }) => `${file.path} imports its sibling ${path}`);
  });
}

/** The lists of modules and of their words, and the types of all tables: written from the folders that there are. */
const writtenFromModules = /\/(modules\/all-(modules|workers)|schema-types|strings\/(en|sw)-of-modules)\.ts$/;

/**
 * Uses of a module by the hub, the console or another module that is not built on it: imports, and tables that are read. Whoever deletes its folders
 * has deleted it.
 */
export function wrongModuleUses(house: House, { moduleNeeds }: Pick<HouseRules, "moduleNeeds">): string[] {
  const byPath = filesByPath(house);
  const may = (user: string | null, used: string) =>
    user === used || (user !== null && moduleNeeds[user]?.includes(used) === true);
  const imports = shipped(house)
    .filter(({ path, package: name }) => ["cloud", "console"].includes(name) && !writtenFromModules.test(path))
    .flatMap((file) =>
      file.imports.flatMap((target) => {
        const used = moduleOf(byPath.get(target)?.room ?? "");
        return used === null || may(moduleOf(file.room), used) ? [] : [`${file.path} imports ${target}`];
      }),
    );
  const reads = tableUses(house, "readsTables").flatMap(({ place, room, owner, table }) => {
    const used = moduleOf(owner);
    return used === null || may(moduleOf(room), used) ? [] : [`${place}: ${room} reads ${table}, a table of ${owner}`];
  });
  return [...imports, ...reads];
}

/** `modules/takeover/read` -> `takeover`. */
function moduleOf(room: string): string | null {
  return /^modules\/([^/]+)/.exec(room)?.[1] ?? null;
}

export interface Share {
  readonly package: PackageName;
  readonly pairs: number;
  readonly twoWay: readonly string[];
}

/** Pairs of rooms that import each other, of all that import at all. A room and a room within it are no pair. */
export function twoWayShares(house: House): Share[] {
  return (Object.keys(packageFolders) as PackageName[]).map((name) => {
    const edges = new Map<string, string>();
    for (const file of shipped(house).filter((one) => one.package === name && one.room !== "")) {
      for (const target of roomImports(house, file)) {
        const within = target.room.startsWith(`${file.room}/`) || file.room.startsWith(`${target.room}/`);
        if (target.room === "" || within) continue;
        const edge = `${file.room} -> ${target.room}`;
        if (!edges.has(edge)) edges.set(edge, `${file.path} -> ${target.path}`);
      }
    }
    const back = (edge: string) => edge.split(" -> ").reverse().join(" -> ");
    const pairs = new Set([...edges.keys()].map((edge) => [edge, back(edge)].sort()[0]));
    const twoWay = [...edges.keys()].filter((edge) => edges.has(back(edge)) && edge < back(edge));
    return { package: name, pairs: pairs.size, twoWay };
  });
}

/** Modules imported where they may not be. */
export function wrongModules(house: House, rules: HouseRules): string[] {
  return shipped(house).flatMap((file) =>
    file.modules.flatMap((module) => {
      if (isBuiltin(module) && rules.withoutNode.includes(file.package)) {
        return [`${file.path} imports ${module}: ${file.package} runs without Node`];
      }
      const guard = rules.guardedModules.find(
        (one) => one.in === file.package && (module === one.module || module.startsWith(`${one.module}/`)),
      );
      if (guard === undefined || guard.only.some((place) => file.path.startsWith(place))) return [];
      return [`${file.path} imports ${module}: only ${guard.only.join(", ")} may`];
    }),
  );
}

/** Fronts of grants' identifiers outside the file that owns them. Lab and tools ship nothing. */
export function foreignGrantPrefixes(house: House, owner: string): string[] {
  return shipped(house)
    .filter((file) => file.path !== owner && file.package !== "lab" && file.package !== "tools")
    .flatMap((file) =>
      file.grantPrefixes.map((prefix) => `${file.path} writes ${prefix}: ${owner} makes and reads grant ids`),
    );
}

/** Files that nothing starts: no program, worker or test reaches them by imports. And started files that aren't there. */
export function orphanFiles(house: House, rules: HouseRules): string[] {
  const byPath = filesByPath(house);
  const reached = new Set<string>();
  const isThere = (module: string) => house.files.some(({ path }) => path.startsWith(`cloud/src/modules/${module}/`));
  const open = [
    ...rules.startedByPath,
    ...Object.entries(rules.calledByModule).flatMap(([path, module]) => (isThere(module) ? [] : [path])),
    ...house.files.map(({ path }) => path).filter((path) => path.endsWith(".test.ts")),
  ];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    open.push(...(byPath.get(path)?.imports ?? []));
  }
  return [
    ...house.files.filter(({ path }) => !reached.has(path)).map(({ path }) => `${path}: nothing imports or starts it`),
    ...rules.startedByPath.filter((path) => !byPath.has(path)).map((path) => `${path}: startedByPath names no file`),
  ];
}

/** Each place where a room writes a table of another room. */
export function foreignWrites(house: House): string[] {
  return tableUses(house, "writesTables").map(
    ({ place, room, owner, table }) => `${place}: ${room} writes ${table}, a table of ${owner}`,
  );
}

/** Each place where a room reads a table of another room that its row in the rules does not name, and owners it no longer reads. */
export function wrongReads(house: House, rules: HouseRules): string[] {
  const uses = tableUses(house, "readsTables").filter(({ room, owner }) =>
    [room, owner].every((one) => moduleOf(one) === null),
  );
  const missing = uses
    .filter(({ room, owner }) => !rules.foreignReads[room]?.includes(owner))
    .map(({ place, room, owner, table }) => `${place}: ${room} reads ${table}, a table of ${owner}`);
  const read = new Set(uses.map(({ room, owner }) => `${room} ${owner}`));
  const stale = Object.entries(rules.foreignReads).flatMap(([room, owners]) =>
    owners
      .filter((owner) => !read.has(`${room} ${owner}`))
      .map((owner) => `${room} reads nothing of ${owner}: delete it from foreignReads`),
  );
  return [...missing, ...stale];
}

function tableUses(house: House, which: "writesTables" | "readsTables") {
  return shipped(house)
    .filter((file) => file.package === "cloud")
    .flatMap((file) =>
      file[which].flatMap(({ table, line }) => {
        const owner = house.tableRooms.get(table);
        if (owner === undefined || owner === file.room) return [];
        return [{ place: `${file.path}:${line}`, room: file.room, owner, table }];
      }),
    );
}

function shipped(house: House): SourceFile[] {
  return house.files.filter((file) => !file.isTest);
}

function roomImports(house: House, file: SourceFile): SourceFile[] {
  const byPath = filesByPath(house);
  return file.imports.flatMap((path) => {
    const target = byPath.get(path);
    return target === undefined || target.isTest || target.package !== file.package || target.room === file.room
      ? []
      : [target];
  });
}

const indexes = new WeakMap<House, Map<string, SourceFile>>();

function filesByPath(house: House): Map<string, SourceFile> {
  const known = indexes.get(house) ?? new Map(house.files.map((file) => [file.path, file]));
  indexes.set(house, known);
  return known;
}

function packagesByPath(house: House): Map<string, PackageName> {
  return new Map(house.files.map((file) => [file.path, file.package]));
}
