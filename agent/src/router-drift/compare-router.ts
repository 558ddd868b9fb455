/** Desired against actual: what of Karibu's objects is missing, switched off, changed or behind others at a router. Pure. */
import { shortHash } from "@karibu/protocol/hash";
import type { DesiredObject, DesiredRouter } from "@karibu/protocol/router/desired-router";
import { scriptHash } from "@karibu/protocol/router/script-hash";
import type { RouterRow } from "../ground/live-router.ts";
import { durationMs } from "../routeros/duration.ts";
import { driftMenus, listColumns } from "./drift-menus.ts";

/** Rows by menu. Null: this router has no such menu, or does not show it. */
export type RouterTables = ReadonlyMap<string, readonly RouterRow[] | null>;

export type Difference = {
  /** Stable as long as it is the same difference: what a repair is asked for by. */
  readonly key: string;
  readonly menu: string;
  /** Of the object; of `order` the first that stands behind. */
  readonly object: DesiredObject;
} /** `service`: all of this part is missing, as before a person imported its script. */ & (
  | { readonly kind: "missing"; readonly service?: string }
  | { readonly kind: "disabled"; readonly rowId: string }
  | { readonly kind: "changed"; readonly rowId: string; readonly columns: readonly Changed[] }
  /** Rows of others stand above ours, or ours stand in another order. `above`: the first of theirs; null: none. */
  | { readonly kind: "order"; readonly above: RouterRow | null }
);

export interface Changed {
  readonly column: string;
  readonly found: string;
  readonly wanted: string;
}

export function compareRouter(desired: DesiredRouter, tables: RouterTables): readonly Difference[] {
  const owner = ownerOfMost(desired, tables);
  const absent = absentServices(desired, tables);
  const ofObjects = desired.objects.flatMap((object): Difference[] => {
    const rows = tables.get(object.menu);
    if (rows === undefined || rows === null) return [];
    if (object.service !== undefined && absent.has(object.service)) return [];
    const found = differenceOf(object, rows, owner);
    return found === null ? [] : [found];
  });
  const ofServices = [...absent].map(
    ([service, object]): Difference => ({
      key: `drift:services:${service}:missing`,
      menu: object.menu,
      object,
      kind: "missing",
      service,
    }),
  );
  const menus = [...new Set(desired.objects.filter(({ isFirst }) => isFirst).map(({ menu }) => menu))];
  const ofOrder = menus.flatMap((menu): Difference[] => {
    const found = orderOf(menu, desired, tables.get(menu) ?? []);
    return found === null ? [] : [found];
  });
  return [...ofObjects, ...ofServices, ...ofOrder];
}

/** The row of an object; a menu of settings has one. */
function rowOf(object: DesiredObject, rows: readonly RouterRow[]): RouterRow | undefined {
  if (object.column === "") return rows[0];
  return rows.find((row) => row[object.column] === object.value && row.dynamic !== "true");
}

/** Parts of which no row is there, each with its first object. What only sets a setting is no sign of either. */
function absentServices({ objects }: DesiredRouter, tables: RouterTables): ReadonlyMap<string, DesiredObject> {
  const absent = new Map<string, DesiredObject>();
  const present = new Set<string>();
  for (const object of objects) {
    const { service, menu } = object;
    const rows = tables.get(menu) ?? null;
    if (service === undefined || rows === null || isSetting(object)) continue;
    if (rowOf(object, rows) !== undefined) present.add(service);
    else if (!absent.has(service)) absent.set(service, object);
  }
  for (const service of present) absent.delete(service);
  return absent;
}

/** Who made most of our scripts. One that is another person's was made, or changed, by somebody else. Null: this router does not show it. */
function ownerOfMost({ objects }: DesiredRouter, tables: RouterTables): string | null {
  const counts = new Map<string, number>();
  for (const object of objects) {
    if (driftMenus[object.menu]?.hasOwner !== true) continue;
    const owner = rowOf(object, tables.get(object.menu) ?? [])?.owner;
    if (owner !== undefined && owner !== "") counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  const [first, second] = [...counts].sort(([, one], [, other]) => other - one);
  return first === undefined || first[1] === second?.[1] ? null : first[0];
}

const keyOf = (kind: string, { menu, id }: DesiredObject): string => {
  const key = `drift:${menu}:${id}:${kind}`;
  return key.length <= 128 ? key : `drift:${shortHash(key)}:${kind}`;
};

function differenceOf(object: DesiredObject, rows: readonly RouterRow[], owner: string | null): Difference | null {
  const { menu } = object;
  const row = rowOf(object, rows);
  if (row === undefined) {
    // A port or a setting of the owner's own that is not there: set-up leaves it out too.
    if (object.column === "interface" || isSetting(object)) return null;
    return { key: keyOf("missing", object), menu, object, kind: "missing" };
  }
  const rowId = row[".id"] ?? "";
  if (object.isOn !== false && driftMenus[menu]?.canBeOff === true && isYes(row.disabled))
    return { key: keyOf("disabled", object), menu, object, kind: "disabled", rowId };
  const allowed = driftMenus[menu]?.columns ?? [];
  const columns: Changed[] = Object.entries(object.is).flatMap(([column, wanted]): Changed[] => {
    const found = row[column] ?? "";
    return !allowed.includes(column) || means(column, wanted, found) ? [] : [{ column, found, wanted }];
  });
  columns.push(...changedTexts(object, row, owner));
  return columns.length === 0 ? null : { key: keyOf("changed", object), menu, object, kind: "changed", rowId, columns };
}

/** A router that shows no text, or no owner, to its agent is not judged by it. */
function changedTexts({ menu, hashes = {} }: DesiredObject, row: RouterRow, owner: string | null): Changed[] {
  const shape = driftMenus[menu];
  const texts = Object.entries(hashes).flatMap(([column, wanted]): Changed[] => {
    const text = row[column];
    if (shape?.hashed.includes(column) !== true || text === undefined || text === "") return [];
    const found = scriptHash(text);
    return found === wanted ? [] : [{ column, found, wanted }];
  });
  const isOthers = shape?.hasOwner === true && owner !== null && (row.owner ?? owner) !== owner;
  return isOthers ? [...texts, { column: "owner", found: row.owner ?? "", wanted: owner }] : texts;
}

/** A row of the owner's that set-up only sets: it is not made anew. */
const isSetting = ({ column, value }: DesiredObject): boolean =>
  column === "" || (column === "name" && !value.startsWith("karibu-"));

/** A rule of the owner's above ours takes what ours are for; only rules that are on count. */
function orderOf(menu: string, { objects }: DesiredRouter, rows: readonly RouterRow[]): Difference | null {
  const wanted = objects.filter((object) => object.menu === menu && object.isFirst);
  const fixed = rows.filter((row) => !isYes(row.dynamic));
  const ours = wanted.flatMap((object) => {
    const at = fixed.findIndex((row) => row[object.column] === object.value);
    return at === -1 ? [] : [{ object, at }];
  });
  const last = ours.reduce((most, { at }) => Math.max(most, at), -1);
  const values = new Set(wanted.map(({ value }) => value));
  const isForeign = (row: RouterRow) => !values.has(row.comment ?? "") && !(row.comment ?? "").startsWith("karibu:");
  const aboveAt = fixed.findIndex((row, at) => at < last && isForeign(row) && !isYes(row.disabled));
  const isMixed = ours.some(({ at }, index) => index > 0 && at < (ours[index - 1]?.at ?? -1));
  if (aboveAt === -1 && !isMixed) return null;
  const behind = ours.find(({ at }) => at > aboveAt) ?? ours[0];
  if (behind === undefined) return null;
  const key = `drift:${menu}:order`;
  return { key, menu, object: behind.object, kind: "order", above: aboveAt === -1 ? null : (fixed[aboveAt] ?? null) };
}

const isYes = (text: string | undefined): boolean => text === "true" || text === "yes";

/** RouterOS writes values in its own way: `5m` or `00:05:00`, `yes` or `true`, lists in its own order, addresses with `/32`. */
function means(column: string, wanted: string, found: string): boolean {
  if (wanted === found) return true;
  if (wanted === "yes" || wanted === "no") return isYes(found) === (wanted === "yes");
  if (listColumns.includes(column)) return sorted(wanted) === sorted(found);
  const [wantedMs, foundMs] = [durationMs(wanted), durationMs(found)];
  if (wantedMs !== null && foundMs !== null) return wantedMs === foundMs;
  if (wanted === "none" && found === "") return true;
  const [wantedBps, foundBps] = [bitsPerSecond(wanted), bitsPerSecond(found)];
  if (wantedBps !== null && foundBps !== null) return wantedBps === foundBps;
  return wanted.replace(/\/32$/, "") === found.replace(/\/32$/, "");
}

/** `20M` and `20000k`; null: no rate. */
function bitsPerSecond(text: string): number | null {
  const [, digits, unit = ""] = /^(\d{1,12})([kMG]?)$/.exec(text) ?? [];
  return digits === undefined ? null : Number(digits) * ({ "": 1, k: 1e3, M: 1e6, G: 1e9 }[unit] ?? 1);
}

const sorted = (list: string): string => list.split(",").sort().join(",");
