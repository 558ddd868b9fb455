/** The sentences that mend one difference: from the desired object that the agent has judged, never from a browser. Pure. */
import type { DesiredObject, DesiredRouter } from "@karibu/protocol/router/desired-router";
import type { RouterRow } from "../ground/live-router.ts";
import type { Difference, RouterTables } from "./compare-router.ts";
import { driftMenus } from "./drift-menus.ts";

export interface RepairPlan {
  readonly isRisky: boolean;
  readonly sentences: readonly (readonly string[])[];
}

/** Where a new row's secret comes from; without it, or with none for this object, a person makes the row. */
export type SecretOf = (object: DesiredObject) => readonly string[] | null;

/** Null: this is not the agent's to mend. */
export function repairPlan(
  difference: Difference,
  desired: DesiredRouter,
  tables: RouterTables,
  secretOf: SecretOf = () => null,
): RepairPlan | null {
  const { menu, object } = difference;
  const shape = driftMenus[menu];
  if (shape === undefined || shape.repair === "none") return null;
  const isRisky = shape.repair === "risky";
  const fitting = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).filter(([column]) => shape.columns.includes(column));
  switch (difference.kind) {
    case "missing": {
      if (difference.service !== undefined) return null; // a person imports it, with its secrets
      const secret = secretOf(object);
      if (needsSecret(menu) && secret === null) return null;
      const values = [...fitting({ ...object.adds, ...object.is }), ...namedFields(object)];
      const words = values.map(([column, value]) => `=${column}=${value}`);
      const rest = object.isOn === false && startsOff.includes(menu) ? ["=disabled=yes"] : [];
      const before = object.isFirst ? placeBefore(object, desired, tables) : null;
      const place = before === null ? [] : [`=place-before=${before}`];
      return {
        isRisky,
        sentences: [[`${menu}/add`, ...words, ...(needsSecret(menu) ? (secret ?? []) : []), ...rest, ...place]],
      };
    }
    case "disabled":
      return { isRisky, sentences: [[`${menu}/set`, `=.id=${difference.rowId}`, "=disabled=no"]] };
    case "changed": {
      const words = difference.columns.map(({ column, wanted }) => `=${column}=${wanted}`);
      const id = object.column === "" ? [] : [`=.id=${difference.rowId}`];
      return { isRisky, sentences: [[`${menu}/set`, ...id, ...words]] };
    }
    case "order":
      return { isRisky, sentences: moves(menu, desired, tables) };
  }
}

/** Rows that are made switched off. A PPPoE server may be switched off, and is made to serve. */
const startsOff: readonly string[] = ["/radius", "/ip/dns/static"];
const needsSecret = (menu: string) => menu === "/radius";

/** Its tag; a menu without comments has it in the name. Bridges and pools have a name of their own beside the tag. */
function namedFields({ menu, column, value, is, adds }: DesiredObject): [string, string][] {
  const name = is.name ?? adds?.name;
  const isNamed = column === "comment" && name !== undefined && !driftMenus[menu]?.columns.includes("name");
  return [...(isNamed ? [["name", name] as [string, string]] : []), [column, value]];
}

/** The row that ours stands before: the next of ours that is there, else the first of others. */
function placeBefore(object: DesiredObject, { objects }: DesiredRouter, tables: RouterTables): string | null {
  const rows = fixedRows(tables, object.menu);
  const ours = objects.filter(({ menu, isFirst }) => menu === object.menu && isFirst);
  const after = ours.slice(ours.indexOf(object) + 1);
  const next = after
    .map((each) => rows.find((row) => row[each.column] === each.value))
    .find((row) => row !== undefined);
  return (next ?? rows.find(isForeign))?.[".id"] ?? null;
}

/** Each of ours, in its order, before the first row that is not ours; without such a row to the end. */
function moves(menu: string, { objects }: DesiredRouter, tables: RouterTables): string[][] {
  const rows = fixedRows(tables, menu);
  const to = rows.find(isForeign)?.[".id"];
  return objects
    .filter((object) => object.menu === menu && object.isFirst)
    .flatMap((object) => {
      const id = rows.find((row) => row[object.column] === object.value)?.[".id"];
      return id === undefined
        ? []
        : [[`${menu}/move`, `=numbers=${id}`, ...(to === undefined ? [] : [`=destination=${to}`])]];
    });
}

const fixedRows = (tables: RouterTables, menu: string): readonly RouterRow[] =>
  (tables.get(menu) ?? []).filter(({ dynamic }) => dynamic !== "true");
const isForeign = ({ comment = "" }: RouterRow): boolean => !comment.startsWith("karibu:");
