/**
 * Mends one difference between what the router should have and what it has. The order names the difference alone: what is written comes
 * from the desired state that the agent has judged, and is worked out anew from the router as it is now.
 */
import type { DesiredRouter } from "@karibu/protocol/router/desired-router";
import { compareRouter, type RouterTables } from "../router-drift/compare-router.ts";
import { readTables } from "../router-drift/read-tables.ts";
import { repairPlan, type SecretOf } from "../router-drift/repair-plan.ts";
import type { Ask, Operation } from "./operation.ts";

export interface Repairs {
  /** Null: nobody said how this router should be. */
  desired(): DesiredRouter | null;
  readonly secretOf: SecretOf;
}

const unknownHere = "This site's agent was not told how its router should be.";
const byHand = "This can't be mended from afar: import repair.rsc at the router.";

export function repairOperation(key: string, repairs: Repairs | null): Operation {
  let sentences: readonly (readonly string[])[] = [];
  let isRisky = false;
  /** Its menu, once it was seen: reading back asks for that alone. */
  let menu: string | null = null;

  async function look(ask: Ask): Promise<{ desired: DesiredRouter; tables: RouterTables } | null> {
    const whole = repairs?.desired() ?? null;
    if (whole === null) return null;
    const objects = whole.objects.filter((object) => menu === null || object.menu === menu);
    const desired = { ...whole, objects };
    return { desired, tables: await readTables({ command: (words) => ask(words) }, desired) };
  }

  return {
    get isSafe() {
      return isRisky;
    },
    async refuses(ask) {
      const seen = await look(ask);
      if (seen === null) return unknownHere;
      const difference = compareRouter(seen.desired, seen.tables).find((each) => each.key === key);
      if (difference === undefined) return null; // it is mended already
      const plan = repairPlan(difference, seen.desired, seen.tables, repairs?.secretOf);
      if (plan === null) return byHand;
      menu = difference.menu;
      sentences = plan.sentences;
      isRisky = plan.isRisky;
      return null;
    },
    sentences: () => sentences,
    async readBack(ask) {
      const seen = await look(ask);
      if (seen === null) return { isAsOrdered: false, why: unknownHere };
      const left = compareRouter(seen.desired, seen.tables).find((each) => each.key === key);
      return left === undefined ? { isAsOrdered: true } : { isAsOrdered: false, why: "The difference is still there." };
    },
  };
}
