/**
 * Links that a customer pays by, told in a text message or a letter: each opens one due amount of one subscription or invoice.
 *
 * Attackers and what stops them. A stranger who guesses: 128 bits of chance. One who reads the hub's logs, a proxy's or a mail scanner's:
 * the token stands after `#`, which no browser sends. One who reads the database: only the token's SHA-256 is kept. One who forwards a
 * link: it ends with its date, with a revocation, and when what it is for is paid, and it never tells a phone number.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { PaymentLinkRow } from "./payment-link.ts";

export interface PaymentLinkParts {
  readonly world: World;
  /** Without a slash at its end. */
  readonly publicUrl: string;
}

/** What it opens: one of the two. */
export type PaymentLinkFor =
  | { readonly subscriptionId: string; readonly invoiceId?: undefined }
  | { readonly invoiceId: string; readonly subscriptionId?: undefined };

export type NewPaymentLink = PaymentLinkFor & {
  readonly providerId: string;
  /** Null: an invoice to somebody who is no customer. */
  readonly customerId: string | null;
  /** Left out: what is due when it is opened. Minor units of the subscription's or invoice's currency. */
  readonly amountCents?: number;
  readonly expiresAtMs: number;
};

/** `revoked` goes before `expired`: a person may have had a reason. Whether it was paid stands at its subscription or invoice. */
export type FoundPaymentLink =
  | { readonly state: "open" | "expired" | "revoked"; readonly link: PaymentLinkRow }
  | { readonly state: "unknown"; readonly link: null };

/** The page behind the links; the token follows after `#`. */
const paymentLinkPath = "/pay";

/** Bytes of chance. 22 letters of base64url: each letter of an SMS costs. */
const tokenBytes = 16;

/** The only place where the token is told. */
export async function createPaymentLink(
  { world, publicUrl }: PaymentLinkParts,
  tx: Tx,
  wanted: NewPaymentLink,
): Promise<{ linkId: string; url: string }> {
  const token = Buffer.from(world.random.bytes(tokenBytes)).toString("base64url");
  const linkId = newId(world);
  await tx
    .insertInto("payment_links")
    .values({
      providerId: wanted.providerId,
      linkId,
      tokenHash: sha256Hex(token),
      customerId: wanted.customerId,
      subscriptionId: wanted.subscriptionId ?? null,
      invoiceId: wanted.invoiceId ?? null,
      amountCents: wanted.amountCents ?? null,
      expiresAtMs: wanted.expiresAtMs,
      createdAtMs: world.clock.wall().atMs,
    })
    .execute();
  return { linkId, url: `${publicUrl}${paymentLinkPath}#${token}` };
}

/** As many letters as `createPaymentLink` will write: for the length and the cost of a text that is not sent yet. */
export const paymentLinkSample = (publicUrl: string): string =>
  `${publicUrl}${paymentLinkPath}#${"x".repeat(Math.ceil((tokenBytes * 4) / 3))}`;

/** All open ones of this subscription or invoice, or this one link. @returns how many */
export async function revokePaymentLinks(
  { world }: Pick<PaymentLinkParts, "world">,
  tx: Tx,
  providerId: string,
  which: PaymentLinkFor | { readonly linkId: string },
): Promise<number> {
  const nowMs = world.clock.wall().atMs;
  let links = tx
    .updateTable("payment_links")
    .set({ revokedAtMs: nowMs })
    .where("providerId", "=", providerId)
    .where("revokedAtMs", "is", null)
    .where("expiresAtMs", ">", nowMs);
  if ("linkId" in which) links = links.where("linkId", "=", which.linkId);
  else if (which.subscriptionId !== undefined) links = links.where("subscriptionId", "=", which.subscriptionId);
  else links = links.where("invoiceId", "=", which.invoiceId);
  return Number((await links.executeTakeFirst()).numUpdatedRows);
}

/**
 * Whoever shows this token. One statement by a unique index, whatever the token looks like and whether or not anybody has it: answers
 * for known and unknown tokens cost the same. The door limits how often it is asked.
 */
export async function findPaymentLink(
  { world, database }: { readonly world: World; readonly database: Database },
  token: string,
): Promise<FoundPaymentLink> {
  const link = await database.asPlatform("payment-link", (tx) =>
    tx.selectFrom("payment_links").selectAll().where("tokenHash", "=", sha256Hex(token)).executeTakeFirst(),
  );
  if (link === undefined) return { state: "unknown", link: null };
  if (link.revokedAtMs !== null) return { state: "revoked", link };
  return { state: world.clock.wall().atMs < link.expiresAtMs ? "open" : "expired", link };
}
