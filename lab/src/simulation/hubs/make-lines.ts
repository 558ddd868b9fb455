/** Lines of customers, which came from another system and are paid there until some moment of the story. */
import { readAccount } from "@karibu/cloud/catalogue/accounts/accounts";
import type { Database } from "@karibu/cloud/ground/db/database";
import { createPublish } from "@karibu/cloud/ground/feed/publish";
import type { Envelope } from "@karibu/cloud/ground/secrets/envelope";
import { makeLine } from "@karibu/cloud/money/subscriptions/make-line";
import type { World } from "@karibu/protocol/world";
import type { BookedLine } from "../judge/chronicle.ts";
import type { Call } from "./console.ts";
import type { HubStory } from "./hub-story.ts";

export type Dues = Required<Pick<HubStory, "dues" | "graceSeconds">>;

export const duesOf = ({ dues = [], graceSeconds = 0 }: Pick<HubStory, "dues" | "graceSeconds">): Dues => ({
  dues,
  graceSeconds,
});

export const setRules = (call: Call, graceSeconds: number) =>
  call("PUT", "/api/v1/subscription-rules", {
    graceSeconds,
    afterWay: "cut",
    slowDownKbps: 512,
    slowUpKbps: 512,
    lateFeeCents: 0,
    promiseDaysMax: 3,
    pauseDaysMax: 30,
  });

/** As an import of customers makes it: nothing is paid here yet. */
export async function takeOverLine(
  parts: {
    readonly world: World;
    readonly database: Database;
    readonly envelope: Envelope;
    readonly providerId: string;
  },
  {
    accountId,
    planId,
    paidUntilMs,
  }: { readonly accountId: string; readonly planId: string; readonly paidUntilMs: number },
): Promise<{ readonly line: string; readonly priceCents: number }> {
  const { world, database, envelope, providerId } = parts;
  const rows = { world, envelope, publish: createPublish(world, envelope), emit: () => Promise.resolve() };
  return database.asProvider(providerId, async (tx) => {
    const account = await readAccount(tx, accountId);
    const made = await makeLine(rows, tx, {
      account,
      planId,
      every: { unit: "day", count: 1 },
      autoRenew: false,
      who: "Owner",
      paidUntilMs,
    });
    return { line: made.subscriptionId, priceCents: made.priceCents };
  });
}

/** As the owner's lists show them. @param startedMs the true time at which the story began */
export async function readLines(call: Call, startedMs: number): Promise<BookedLine[]> {
  const lines = await call("GET", "/api/v1/subscriptions?kind=line&limit=100");
  const log = await call("GET", "/api/v1/subscription-log?limit=100");
  return (lines.body.items as { subscriptionId: string; state: string; paidUntilMs: number }[]).map((line) => ({
    line: line.subscriptionId,
    state: line.state,
    paidUntilMs: line.paidUntilMs - startedMs,
    log: (log.body.items as { subscriptionId: string; what: string; atMs: number; amountCents: number | null }[])
      .filter(({ subscriptionId }) => subscriptionId === line.subscriptionId)
      .map(({ what, atMs, amountCents }) => ({ what, loggedMs: atMs - startedMs, amountCents }))
      .reverse(),
  }));
}
