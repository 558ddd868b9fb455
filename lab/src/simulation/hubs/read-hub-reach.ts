/** What hub and site wrote of a story that is not for the judge, but for the coverage: by which words they said what happened. */
import { type Call, demand } from "./console.ts";
import type { HubSide } from "./hub-side.ts";

/** Each word as often as it was said. */
export interface HubReach {
  /** Of the site's journal, as the hub keeps it. */
  readonly records: readonly string[];
  /** That the site raised, or that the owner's list shows at the end. */
  readonly alarms: readonly string[];
  /** What each piece of evidence did to its purchase. */
  readonly transitions: readonly string[];
  /** Why a person is to look at a purchase. */
  readonly reviews: readonly string[];
  /** What became of each refund, and how people settled those that had gone wrong. */
  readonly refunds: readonly string[];
  /** What the site gave back after a restore, and what became of it. */
  readonly returned: readonly string[];
}

export async function readHubReach({ database, providerId, call }: HubSide): Promise<HubReach> {
  const lasting = await listAlarms(call);
  return database.asProvider(providerId, async (tx) => {
    const kept = await tx.selectFrom("journal_records").select("kind").execute();
    const passing = await tx.selectFrom("passing_records").select("kind").execute();
    const raised = await tx.selectFrom("alarms").select("name").execute();
    const evidence = await tx.selectFrom("evidence").select("outcome").execute();
    const purchases = await tx.selectFrom("purchases").select("review").execute();
    const refunds = await tx.selectFrom("refunds").select(["method", "state", "resolution"]).execute();
    const returned = await tx.selectFrom("restored_rows").select(["kind", "verdict", "reason"]).execute();
    return {
      returned: returned.map(({ kind, verdict, reason }) => `${kind} ${verdict}: ${reason}`),
      records: said([...kept, ...passing].map(({ kind }) => kind)),
      alarms: [...raised.map(({ name }) => name), ...lasting],
      transitions: said(evidence.map(({ outcome }) => outcome)),
      reviews: said(purchases.map(({ review }) => review)),
      refunds: refunds.flatMap(({ method, state, resolution }) => [
        `${method} ${state}`,
        ...(resolution === null ? [] : [`${method} ${resolution}`]),
      ]),
    };
  });
}

const said = (words: readonly (string | null)[]): string[] => words.filter((word) => word !== null);

async function listAlarms(call: Call): Promise<string[]> {
  const { items } = await demand(call("GET", "/api/v1/alarms?limit=100"));
  return (items as { kind: string }[]).map(({ kind }) => kind);
}
