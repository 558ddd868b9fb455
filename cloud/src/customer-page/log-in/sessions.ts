/**
 * Customers' sessions. A token is random and kept as its SHA-256; each request looks its row up, and with it what was proved at the log-in: when a
 * customer's number or an account's password changes, is deleted or switched off, the sessions that came of it end with it. Nothing is prolonged:
 * after 30 days a customer logs in again.
 */

import { sha256, sha256Hex } from "@karibu/protocol/hash";
import { newId, newSecret } from "@karibu/protocol/identifiers";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { AccountRow } from "../../catalogue/accounts/account-row.ts";
import { accountsOfCustomer } from "../../catalogue/accounts/accounts.ts";
import { type CustomerRow, findCustomer } from "../../catalogue/customers/customers.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { endsAtMost } from "../../ground/db/hub-clock.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { AuthenticateCustomer } from "../../ground/http/admit-customer.ts";
import { readPageSettings } from "../settings/page-settings.ts";
import { providerNamed } from "./provider-named.ts";

type CustomerSessionRow = Selectable<Schema["customer_sessions"]>;

export const sessionLifeMs = 30 * 86_400_000;
/** Of one customer; the oldest one beyond ends. */
const sessionsMax = 20;
/** The row is written no more often than so. */
const usedEveryMs = 3_600_000;
const deviceLengthMax = 200;

/** What was shown at the log-in, by the way of it. */
export type Proof =
  | { readonly way: "code"; readonly party: string }
  | { readonly way: "password"; readonly account: AccountRow };

/** @returns the token, told once */
export async function openSession(
  world: World,
  tx: Tx,
  customer: Pick<CustomerRow, "providerId" | "customerId">,
  { proof, device }: { readonly proof: Proof; readonly device: string },
): Promise<string> {
  const { providerId, customerId } = customer;
  const token = `${providerId}.my.${newSecret(world, 32)}`;
  const nowMs = world.clock.wall().atMs;
  await tx
    .insertInto("customer_sessions")
    .values({
      providerId,
      customerId,
      sessionId: newId(world),
      tokenHash: sha256(token),
      way: proof.way,
      proof: proofOf(proof),
      device: cutText(device, deviceLengthMax),
      madeAtMs: nowMs,
      lastUsedAtMs: nowMs,
      expiresAtMs: nowMs + sessionLifeMs,
    })
    .execute();
  const newest = (await sessionsOf(tx, { providerId, customerId }, nowMs)).slice(0, sessionsMax);
  await tx
    .deleteFrom("customer_sessions")
    .where("providerId", "=", providerId)
    .where("customerId", "=", customerId)
    .where(
      "sessionId",
      "not in",
      newest.map((row) => row.sessionId),
    )
    .execute();
  return token;
}

/** Who has this token, at the provider of this name. */
export function createAuthenticateCustomer(world: World, database: Database): AuthenticateCustomer {
  return async (name, token) => {
    const claimed = /^([0-9a-z-]{1,64})\.my\.[0-9a-f]{64}$/.exec(token)?.[1];
    const provider = claimed === undefined ? null : await providerNamed(database, name);
    if (provider === null || provider.providerId !== claimed) return null;
    const { providerId } = provider;
    return database.asProvider(providerId, async (tx) => {
      const nowMs = world.clock.wall().atMs;
      const row = await tx
        .selectFrom("customer_sessions")
        .selectAll()
        .where("providerId", "=", providerId)
        .where("tokenHash", "=", sha256(token))
        .where("expiresAtMs", ">", nowMs)
        .where("expiresAtMs", "<=", endsAtMost(nowMs, sessionLifeMs))
        .executeTakeFirst();
      if (row === undefined || !(await isProvedStill(tx, row)) || !(await readPageSettings(tx, providerId)).isOpen)
        return null;
      if (nowMs - row.lastUsedAtMs >= usedEveryMs)
        await tx
          .updateTable("customer_sessions")
          .set({ lastUsedAtMs: nowMs })
          .where("providerId", "=", providerId)
          .where("sessionId", "=", row.sessionId)
          .execute();
      return { providerId, customerId: row.customerId, sessionId: row.sessionId };
    });
  };
}

/** Those that have not ended, the newest first. */
export function sessionsOf(
  tx: Tx,
  { providerId, customerId }: { readonly providerId: string; readonly customerId: string },
  nowMs: number,
): Promise<CustomerSessionRow[]> {
  return tx
    .selectFrom("customer_sessions")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("customerId", "=", customerId)
    .where("expiresAtMs", ">", nowMs)
    .orderBy("madeAtMs", "desc")
    .orderBy("sessionId", "desc")
    .execute();
}

/** False: this customer has no such session. */
export async function endSession(
  tx: Tx,
  { providerId, customerId }: { readonly providerId: string; readonly customerId: string },
  sessionId: string,
): Promise<boolean> {
  const ended = await tx
    .deleteFrom("customer_sessions")
    .where("providerId", "=", providerId)
    .where("customerId", "=", customerId)
    .where("sessionId", "=", sessionId)
    .executeTakeFirst();
  return ended.numDeletedRows > 0n;
}

/** After a restore nobody is logged in by a session that was ended since the back-up, and no old code holds. */
export const customerLogInsEnded: readonly string[] = ["delete from customer_sessions", "delete from customer_codes"];

async function isProvedStill(tx: Tx, row: CustomerSessionRow): Promise<boolean> {
  const customer = await findCustomer(tx, row);
  if (customer === null) return false;
  if (row.way === "code") return customer.phoneHash !== null && row.proof === customer.phoneHash;
  const accounts = await accountsOfCustomer(tx, row.customerId);
  return accounts.some((account) => account.active && proofOf({ way: "password", account }) === row.proof);
}

/** The sealed hash changes with the password; it also changes with the hub's master key, and then those customers log in once more. */
const proofOf = (proof: Proof): string =>
  proof.way === "code"
    ? proof.party
    : sha256Hex(Buffer.concat([Buffer.from(`${proof.account.accountId}/`), proof.account.ntHashSealed]));
