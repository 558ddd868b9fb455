/** The commands of the configuration's menus: add, set, remove, enable, disable, move, and the few of single menus. */
import type { Router, RunningRouter } from "../device/router.ts";
import { done, noSuchItem, notAllowed, type Outcome, trap } from "./api-outcome.ts";
import type { Row } from "./api-query.ts";
import { shapes } from "./config-shapes.ts";
import { type ConfigTree, normalised, treeOf } from "./config-tree.ts";
import { leaseOf } from "./live-rows.ts";
import type { MenuShape } from "./menu-shape.ts";

type Values = ReadonlyMap<string, string>;

interface Call {
  readonly router: Router;
  readonly running: RunningRouter;
  readonly tree: ConfigTree;
  readonly menu: string;
  readonly shape: MenuShape;
  readonly values: Values;
}

const idsOf = (values: Values): readonly string[] =>
  (values.get(".id") ?? values.get("numbers") ?? "").split(",").filter(Boolean);

/** Null: not of these menus. */
export function configCommand(
  router: Router,
  running: RunningRouter,
  menu: string,
  verb: string,
  values: Values,
): Outcome | null {
  const shape = shapes[menu];
  const tree = treeOf(router);
  const run = verbs[verb];
  if (shape === undefined || run === undefined || !tree.isHere(menu)) return null;
  const refused = run.takes(shape);
  if (refused === null) return null;
  const unknown = [...values.keys()].find((name) => !refused.includes(name));
  if (unknown !== undefined) return trap(`unknown parameter ${unknown}`);
  if (router.knobs.apiRefuses || !router.options.apiPolicies.includes("write")) return notAllowed;
  return run.run({ router, running, tree, menu, shape, values });
}

interface Verb {
  /** Its arguments; null: this menu has no such command. */
  takes(shape: MenuShape): readonly string[] | null;
  run(call: Call): Outcome;
}

const ids = [".id", "numbers"];

const verbs: Readonly<Record<string, Verb>> = {
  add: {
    takes: ({ canAdd, settable }) => (canAdd ? [...settable, "place-before", "copy-from"] : null),
    run({ tree, menu, shape, values }) {
      const given = readValues(values);
      const already = isTaken(tree, menu, shape, given, null);
      if (already !== null) return already;
      const id = tree.add(menu, { ...shape.defaults, ...given, ...dynamicOf(shape, given) });
      const before = values.get("place-before");
      if (before !== undefined) tree.move(menu, id, before);
      return { rows: [{ ret: id }] };
    },
  },
  set: {
    takes: ({ settable, isSingle }) =>
      settable.length === 0 ? null : isSingle === true ? settable : [...settable, ...ids],
    run(call) {
      const { tree, menu, shape, values } = call;
      const given = readValues(values);
      if (shape.isSingle === true) {
        tree.rows(menu)[0] = { ...tree.rows(menu)[0], ...given };
        return done;
      }
      return eachRow(call, (row, id) => {
        const already = isTaken(tree, menu, shape, given, id);
        if (already !== null) return already;
        tree.put(menu, id, { ...row, ...given });
        return done;
      });
    },
  },
  remove: {
    takes: ({ canRemove }) => (canRemove ? ids : null),
    run: (call) =>
      eachRow(call, (row, id) => {
        if (row.default === "true") return trap("failure: can not remove default row");
        call.tree.put(call.menu, id, null);
        return done;
      }),
  },
  enable: switching("false"),
  disable: switching("true"),
  move: {
    takes: ({ canAdd }) => (canAdd ? [...ids, "destination"] : null),
    run(call) {
      const to = call.values.get("destination") ?? null;
      return eachRow(call, (_, id) => {
        call.tree.move(call.menu, id, to);
        return done;
      });
    },
  },
  "reset-counters": {
    takes: ({ settable }) => (settable.includes("limit-uptime") ? ids : null),
    run: (call) =>
      eachRow(call, (row, id) => {
        call.tree.put(call.menu, id, { ...row, uptime: "0s", "bytes-in": "0", "bytes-out": "0" });
        return done;
      }),
  },
  "make-static": {
    takes: ({ settable }) => (settable.includes("block-access") ? ids : null),
    run({ router, running, tree, menu, values }) {
      for (const id of idsOf(values)) {
        const lease = leaseOf(router, running, id);
        if (lease === null) return noSuchItem;
        const { ".id": _, ...row } = lease;
        tree.add(menu, { ...row, dynamic: "false" });
      }
      return done;
    },
  },
};

function switching(disabled: "true" | "false"): Verb {
  return {
    takes: ({ settable }) => (settable.includes("disabled") ? ids : null),
    run: (call) =>
      eachRow(call, (row, id) => {
        call.tree.put(call.menu, id, { ...row, disabled });
        return done;
      }),
  };
}

/** The first unknown id is a trap, as when another client removed it before. */
function eachRow({ tree, menu, values }: Call, change: (row: Row, id: string) => Outcome): Outcome {
  for (const id of idsOf(values)) {
    const row = tree.rows(menu).find((each) => each[".id"] === id);
    const outcome = row === undefined ? noSuchItem : change(row, id);
    if ("trap" in outcome) return outcome;
  }
  return done;
}

function readValues(values: Values): Record<string, string> {
  const other = [".id", "numbers", "place-before", "copy-from", "destination"];
  const own = [...values].filter(([name]) => !other.includes(name));
  return Object.fromEntries(own.map(([name, value]) => [name, normalised(name, value)]));
}

function isTaken(
  tree: ConfigTree,
  menu: string,
  { unique }: MenuShape,
  given: Row,
  ownId: string | null,
): Outcome | null {
  const value = unique === undefined ? undefined : given[unique];
  if (unique === undefined || value === undefined) return null;
  const other = tree.rows(menu).find((row) => row[unique] === value && row[".id"] !== ownId);
  return other === undefined ? null : trap(`failure: already have ${menu.split("/").at(-1)} with this ${unique}`);
}

const dynamicOf = ({ dynamicBy }: MenuShape, given: Row): Row =>
  dynamicBy !== undefined && given[dynamicBy] !== undefined ? { dynamic: "true" } : {};
