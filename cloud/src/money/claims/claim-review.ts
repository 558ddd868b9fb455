/** What a person does about a claim: sees what is known, links money that arrived, turns it down with a reason, opens it again. */
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { lockInTurn } from "../evidence/money-locks.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { selectLoose } from "../receipts/known-receipts.ts";
import { readReceipt } from "../receipts/receipt-rows.ts";
import { spellings } from "../receipts/spellings.ts";
import { type ClaimRow, isTurnedDown, noteLinked } from "./claim-log.ts";
import { mustBeProved } from "./claim-proof.ts";
import { meantWithinMs, settleWith } from "./settle-claim.ts";

const matchesMax = 5;

/** Locks nothing. Throws a Problem 404. */
export async function readClaim(tx: Tx, providerId: string, claimId: string): Promise<ClaimRow> {
  const row = await claimNamed(tx, providerId, claimId).executeTakeFirst();
  if (row === undefined) throw notFound("claim");
  return row;
}

/** Locked until the transaction ends. Throws a Problem 404. */
export async function lockClaim(tx: Tx, providerId: string, claimId: string, field?: string): Promise<ClaimRow> {
  const row = await lockInTurn(tx, "claim", claimId, (noWait) =>
    claimNamed(tx, providerId, claimId)
      .forUpdate()
      .$if(noWait, (query) => query.noWait())
      .executeTakeFirst(),
  );
  if (row === undefined) throw notFound("claim", field);
  return row;
}

const claimNamed = (tx: Tx, providerId: string, claimId: string) =>
  tx.selectFrom("payment_claims").selectAll().where("providerId", "=", providerId).where("claimId", "=", claimId);

/** Money without an owner that this claim may mean: by its receipt, by the payer, or by the amount at that time. */
export function moneyMeant(tx: Tx, claim: ClaimRow) {
  const near = (rows: number) => [claim.createdAtMs - rows, claim.createdAtMs + rows] as const;
  const [fromMs, untilMs] = near(meantWithinMs);
  return selectLoose(tx, claim.providerId)
    .select(["receipt", "amountCents", "currency", "payerMasked", "corroborated", "source", "bookedAtMs"])
    .where((where) =>
      where.or([
        where("receipt", "in", [
          claim.linkedReceipt ?? "",
          ...(claim.receipt === null ? [] : spellings(claim.receipt)),
        ]),
        where.and([
          where("bookedAtMs", ">", fromMs),
          where("bookedAtMs", "<", untilMs),
          where.or([where("payerHash", "=", claim.phoneHash), where("amountCents", "=", claim.amountCents ?? -1)]),
        ]),
      ]),
    )
    .orderBy("bookedAtMs", "desc")
    .limit(matchesMax)
    .execute();
}

/**
 * A person says that this money is what the claim means. That proves nothing: told money stays told, and counts against the hourly
 * limit. @param said `phone`: whose it is, as an MSISDN; null: the claim or the money says it. Throws a Problem 409 where it has an owner
 * or must be proved first, and 400 where nothing says whose it is.
 */
export async function linkClaim(
  parts: PurchaseParts,
  tx: Tx,
  claim: ClaimRow,
  said: { readonly receipt: string; readonly phone: string | null },
): Promise<string | null> {
  refuseClosed(claim);
  const row = await readReceipt(tx, claim.providerId, said.receipt);
  if (row === null) throw notFound("receipt", "receipt");
  if (row.state !== "suspense") throw refusal("not-in-suspense");
  const { phone } = said;
  const party =
    phone === null ? {} : { phoneHash: parts.parties.ofPhone(claim.providerId, phone), phoneMasked: maskPhone(phone) };
  await noteLinked(tx, claim, row.receipt);
  // Not the word of one who looked at the payment itself, also where staff made the claim.
  const meant: ClaimRow = { ...claim, ...party, linkedReceipt: row.receipt, userId: null };
  const result = await settleWith(parts, tx, meant, row, { phone, isTheirs: true });
  if (result.kind === "settled" || result.kind === "known") return result.paymentId;
  if (await mustBeProved(parts, tx, meant, row)) throw refusal("not-linked");
  throw refusal("phone-needed", { field: "phone", rule: "whose-money" });
}

/** Nothing is given. Money that comes later waits for an owner, as any. */
export async function turnDownClaim(
  parts: Pick<PurchaseParts, "world">,
  tx: Tx,
  claim: ClaimRow,
  said: { readonly reason: string; readonly userId: string },
): Promise<void> {
  refuseClosed(claim);
  const atMs = parts.world.clock.wall().atMs;
  await setClaim(tx, claim, {
    state: "refused",
    outcome: "turned down by a person",
    changedAtMs: atMs,
    turnedDownReason: said.reason,
    turnedDownBy: said.userId,
    turnedDownAtMs: atMs,
    linkedReceipt: null,
  });
}

/** It stands on the review list again. Throws a Problem 409 for one that no person turned down. */
export async function reopenClaim(parts: Pick<PurchaseParts, "world">, tx: Tx, claim: ClaimRow): Promise<void> {
  if (!isTurnedDown(claim)) throw refusal("not-turned-down");
  await setClaim(tx, claim, {
    state: "open",
    outcome: "opened again",
    seenAtMs: null,
    changedAtMs: parts.world.clock.wall().atMs,
    turnedDownReason: null,
    turnedDownBy: null,
    turnedDownAtMs: null,
  });
}

/** Throws a Problem 409. @param field of the request that names it, where the path does not */
export function refuseClosed({ state }: ClaimRow, field?: string): void {
  if (state === "open" || state === "asked") return;
  throw refusal("decided", field === undefined ? {} : { field });
}

async function setClaim(tx: Tx, claim: ClaimRow, change: Partial<ClaimRow>): Promise<void> {
  await tx
    .updateTable("payment_claims")
    .set(change)
    .where("providerId", "=", claim.providerId)
    .where("claimId", "=", claim.claimId)
    .execute();
}
