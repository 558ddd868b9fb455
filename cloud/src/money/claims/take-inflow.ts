/**
 * Takes one fact about money that came in: a confirmation, a row of a list, a line of a statement, the answer about a receipt.
 * Each has its own transactions. What goes wrong with one is noted with it, and never reaches the next one.
 */
import type { Database, TransactionOptions, Tx } from "../../ground/db/database.ts";
import { isPassing } from "../../ground/db/passing.ts";
import { noteFailure } from "../evidence/failed-evidence.ts";
import { routeInflow, setAside } from "../matching/route-inflow.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { lockClaimsAbout, settleClaims } from "./claims.ts";

/**
 * `aside`: its owner could not be given it; it is in the books, in suspense. `failed`: it is in no book yet; kept, listed for a
 * person, and tried again. `waits`: kept, and judged by the next sweep. Null receipt: it names none that could be booked.
 */
export interface TakenInflow {
  readonly kind: "taken" | "aside" | "failed" | "waits";
  readonly receipt: string | null;
  /** What was in its way; null: nothing. */
  readonly why: string | null;
}

type TakeParts = PurchaseParts & { readonly database: Database };

/**
 * @param keep stores the fact, or finds it: its id, to be judged; null: it was judged before, or can't be. Safe to repeat.
 * @param how its transactions are carried out
 * Throws when the fact could not even be kept.
 */
export async function takeInflow(
  parts: TakeParts,
  providerId: string,
  keep: (tx: Tx) => Promise<string | null>,
  how: TransactionOptions = {},
): Promise<TakenInflow> {
  const { database, world } = parts;
  const transact = <Result>(work: (tx: Tx) => Promise<Result>) => database.asProvider(providerId, work, how);
  const judge = (withClaims: boolean) =>
    transact(async (tx) => {
      const evidenceId = await keep(tx);
      if (evidenceId !== null && withClaims) await lockClaimsAbout(parts, tx, providerId, evidenceId);
      const named = evidenceId === null ? null : await routeInflow(parts, tx, providerId, evidenceId);
      if (named !== null && withClaims) await settleClaims(parts, tx, providerId, named);
      return named;
    });
  try {
    return { kind: "taken", receipt: await judge(true), why: null };
  } catch (error) {
    const why = (error as Error).message;
    if (isPassing(error)) {
      await transact(keep);
      world.log.warn("inflow-waits", { error: why });
      return { kind: "waits", receipt: null, why };
    }
    // A claim's trouble is no trouble of the money that it is about.
    const alone = await judge(false).catch(() => undefined);
    if (alone !== undefined) {
      world.log.error("claims-not-settled", { receipt: alone, error: why });
      return { kind: "taken", receipt: alone, why: null };
    }
    const aside = async (tx: Tx) => {
      const evidenceId = await keep(tx);
      return evidenceId !== null && (await setAside(parts, tx, providerId, evidenceId));
    };
    if (await transact(aside).catch(() => false)) {
      world.log.error("inflow-set-aside", { error: why });
      return { kind: "aside", receipt: null, why };
    }
    await transact(async (tx) => {
      const evidenceId = await keep(tx);
      if (evidenceId !== null) await noteFailure(parts, tx, providerId, evidenceId, why);
    });
    world.log.error("inflow-not-booked", { error: why });
    return { kind: "failed", receipt: null, why };
  }
}
