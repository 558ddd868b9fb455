/** How many statements and commits callbacks cause, from the moment at which they come until sites are woken. */
import type { Database } from "@karibu/cloud/ground/db/database";
import { watchStatements } from "@karibu/cloud/ground/db/test-statements";
import { createInProcessQueue } from "@karibu/cloud/ground/jobs/in-process";
import type { JobQueue } from "@karibu/cloud/ground/jobs/queue";
import type { World } from "@karibu/protocol/world";
import { expect } from "vitest";
import { eventually, type PaymentsHub } from "./payments-hub.ts";
import type { PromptedPurchase } from "./prompted-purchases.ts";

export interface CountedStatements {
  readonly statements: number;
  readonly commits: number;
}

/** Until the test ends: of all callbacks that come in one moment. Nothing else may be sent meanwhile. */
export function countStatements(
  hub: Pick<PaymentsHub, "payments">,
): (some: readonly PromptedPurchase[]) => Promise<CountedStatements> {
  const statements = watchStatements();
  return async (some) => {
    statements.forget();
    await Promise.all(some.map((each) => hub.payments.intake(callbackOf(each))));
    const all = await eventually(
      async () => statements.sent(),
      (sent) => {
        expect(sent.filter(isAnnouncement)).not.toEqual([]);
        expect(sent.filter((text) => isBegin(text))).toHaveLength(sent.filter((text) => text === "commit").length);
      },
    );
    const commits = all.filter((text) => text === "commit").length;
    return { statements: all.length - commits, commits };
  };
}

/** Wakes listeners after a commit: `ground/db/announce.ts`. */
export const isAnnouncement = (text: string): boolean => text.includes("pg_notify(channel");

/** It goes with the statement that says whose transaction it is. */
const isBegin = (text: string) => text.startsWith("begin; ");

/** As it comes to the hub's door, without HTTP: so several come in one moment. */
function callbackOf({ url, body }: PromptedPurchase) {
  const [, channelToken = "", secret = ""] = /\/k\/([^/]+)\/s\/([^/]+)$/.exec(url) ?? [];
  return { channelToken, secret, body, remoteAddress: null };
}

/** A queue whose jobs are written and never run: what they would send is not their cause's. */
export const createIdleQueue =
  (database: Database) =>
  (world: World): JobQueue => ({
    ...createInProcessQueue(world, database),
    start: async () => {},
    stop: async () => {},
    wake: () => {},
  });
