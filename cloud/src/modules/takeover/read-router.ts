/** All that a router knows of users, whichever of its menus they stand in: none of them hides another's. Pure. */

import type { RouterExport } from "../../ground/router-exports/read-export.ts";
import {
  type ForeignBook,
  type ForeignPlan,
  type ForeignUser,
  type Origin,
  type PartOfBook,
  type ReadingOf,
  twice,
} from "./foreign-book.ts";
import { freeNames } from "./plan-names.ts";
import { readHotspotUsers } from "./read-hotspot-users.ts";
import { readPppSecrets } from "./read-ppp-secrets.ts";
import { readUserManager } from "./read-user-manager.ts";

const suffixes: Readonly<Partial<Record<Origin, string>>> = { "ppp-secrets": "PPPoE", "user-manager": "User Manager" };

export function readRouter(router: RouterExport, of: ReadingOf): ForeignBook {
  const { isMikhmon, ...hotspot } = readHotspotUsers(router, of);
  const manager = readUserManager(router, of);
  const parts: readonly PartOfBook[] = [hotspot, readPppSecrets(router, of), manager];
  const plans: ForeignPlan[] = [];
  const users: ForeignUser[] = [];
  // A profile `default` stands in three menus, and is three plans.
  let suffix = "";
  const freeName = freeNames((name, count) => {
    const number = suffix === "" ? count - 1 : count === 2 ? null : count - 1;
    return `${name.trim()} (${[suffix, number].filter((part) => part !== "" && part !== null).join(" ")})`;
  });
  for (const part of parts) {
    suffix = suffixes[part.from] ?? "";
    const names = new Map<string, string>();
    for (const plan of part.plans) {
      const name = freeName(plan.named);
      if (!names.has(plan.named)) names.set(plan.named, name);
      plans.push({ ...plan, name });
    }
    users.push(...part.users.map((user) => ({ ...user, plan: names.get(user.plan) ?? user.plan })));
  }
  const isManaged = manager.found > 0;
  return {
    source: isManaged ? (hotspot.found > 0 ? "router" : "user-manager") : isMikhmon ? "mikhmon" : "hotspot-users",
    plans,
    users,
    warnings: [
      ...(router.isPartial ? [{ code: "partial-export", line: 0, what: "" } as const] : []),
      ...parts.flatMap(({ warnings }) => warnings),
      ...twice(users),
    ],
    refused: parts.flatMap(({ refused }) => refused),
    found: Object.fromEntries(parts.flatMap(({ from, found }) => (found === 0 ? [] : [[from, found]]))),
  };
}
