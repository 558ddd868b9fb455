/** What an order does at the router: looks first, says its sentences, reads back. */
import { orderRefusals } from "@karibu/protocol/router/order-refusals";
import type { RouterRow } from "../ground/live-router.ts";
import { RouterTrap } from "../routeros/router-api.ts";
import { type ActionPlan, changeSentence, isOurs, type RowPlan } from "./action-plans.ts";
import { pickColumns } from "./cut-rows.ts";
import { refusedRow } from "./judge-order.ts";
import type { Ask, Operation } from "./operation.ts";
import { type Repairs, repairOperation } from "./repair-operation.ts";
import { differenceOf } from "./row-fields.ts";
import { upgradeOperation } from "./upgrade-operation.ts";
import { menuOfView, printSentence } from "./view-sentences.ts";

async function find({ view }: RowPlan, ask: Ask, query: readonly string[]): Promise<readonly RouterRow[]> {
  const menu = menuOfView(view);
  const columns = new Map(menu.columns.map((column) => [column, column]));
  return (await ask(printSentence(menu, query))).map((row) => pickColumns(row, columns));
}

function rowOperation(plan: RowPlan): Operation {
  let before: RouterRow | null = null;

  async function now(ask: Ask, added?: string): Promise<RouterRow | null> {
    const id = added ?? plan.id;
    const [row] = id === null ? [] : await find(plan, ask, [`?.id=${id}`]);
    if (row !== undefined || plan.finds.length === 0) return row ?? null;
    const alike = await find(plan, ask, plan.finds);
    return alike.find((each) => differenceOf(plan.fields, each, before) === null) ?? alike[0] ?? null;
  }

  return {
    isSafe: plan.isSafe,
    async refuses(ask) {
      if (plan.kind === "add") {
        const known = await find(plan, ask, plan.finds);
        return known.length === 0 ? null : orderRefusals["row-there"];
      }
      before = (await find(plan, ask, [`?.id=${plan.id}`]))[0] ?? null;
      return refusedRow(plan, before);
    },
    sentences: () => [changeSentence(plan)],
    async readBack(ask, added) {
      const row = await now(ask, added);
      if (plan.kind === "remove") return row === null ? { isAsOrdered: true } : { isAsOrdered: false, row };
      if (row === null) return { isAsOrdered: false, why: "The row is not there." };
      const difference = differenceOf(plan.fields, row, before);
      if (difference === null) return { isAsOrdered: true, row };
      const { column, value } = difference;
      return { isAsOrdered: false, row, why: `${column} is ${row[column] ?? "not set"}, and not ${value}` };
    },
  };
}

/** Rows that come together: where one of them is refused, none is written. All are looked at before the first one is. */
function togetherOperation(rows: readonly RowPlan[]): Operation {
  const operations = rows.map(rowOperation);
  return {
    isSafe: true,
    async refuses(ask) {
      for (const operation of operations) {
        const why = await operation.refuses(ask);
        if (why !== null) return why;
      }
      return null;
    },
    sentences: () => operations.flatMap((operation) => operation.sentences()),
    async readBack(ask) {
      for (const operation of operations) {
        const found = await operation.readBack(ask);
        if (!found.isAsOrdered) return found;
      }
      return { isAsOrdered: true };
    },
  };
}

/** All servers of the service: those that Karibu made, or all where it made none. */
function switchOperation({ view, enabled }: Extract<ActionPlan, { kind: "switch" }>): Operation {
  const menu = menuOfView(view);
  let servers: readonly RouterRow[] = [];
  const isDisabled = (row: RouterRow) => row.disabled === "true" || row.disabled === "yes";

  async function read(ask: Ask): Promise<void> {
    const rows = await ask(printSentence(menu));
    const ours = rows.filter((row) => isOurs(view, row));
    servers = ours.length > 0 ? ours : rows;
  }

  return {
    isSafe: true,
    async refuses(ask) {
      await read(ask);
      return servers.length === 0 ? "This router has no such server." : null;
    },
    sentences: () =>
      servers
        .filter((row) => isDisabled(row) === enabled)
        .map((row) => [`${menu.menu}/set`, `=.id=${row[".id"] ?? ""}`, `=disabled=${enabled ? "no" : "yes"}`]),
    async readBack(ask) {
      await read(ask);
      const other = servers.find((row) => isDisabled(row) === enabled);
      if (other === undefined) return { isAsOrdered: servers.length > 0 };
      return { isAsOrdered: false, row: pickColumns(other, new Map(menu.columns.map((column) => [column, column]))) };
    },
  };
}

export function identityOperation(identity: string): Operation {
  return {
    isSafe: false,
    refuses: () => Promise.resolve(null),
    sentences: () => [["/system/identity/set", `=name=${identity}`]],
    async readBack(ask) {
      const [row] = await ask(["/system/identity/print"]);
      return { isAsOrdered: row?.name === identity, row: { name: row?.name ?? "" } };
    },
  };
}

/** Nothing is said here: the reboot comes after its answer. */
function rebootOperation(): Operation {
  return {
    isSafe: false,
    async refuses(ask) {
      const groups = await ask(["/user/group/print", "=.proplist=name,policy"]).catch((error: unknown) => {
        if (error instanceof RouterTrap) return [];
        throw error;
      });
      const own = groups.find(({ name }) => name?.startsWith("karibu") === true);
      const may = own === undefined || (own.policy ?? "").split(",").includes("reboot");
      return may ? null : "not enough permissions (9)";
    },
    sentences: () => [],
    readBack: () => Promise.resolve({ isAsOrdered: true }),
  };
}

export function operationOf(plan: ActionPlan, repairs: Repairs | null = null): Operation {
  if (plan.kind === "repair") return repairOperation(plan.finding, repairs);
  if (plan.kind === "upgrade") return upgradeOperation(plan);
  if (plan.kind === "reboot") return rebootOperation();
  if (plan.kind === "identity") return identityOperation(plan.identity);
  if (plan.kind === "together") return togetherOperation(plan.rows);
  return plan.kind === "switch" ? switchOperation(plan) : rowOperation(plan);
}
