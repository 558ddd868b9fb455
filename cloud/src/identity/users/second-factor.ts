/**
 * Switches the second factor on and off, and checks codes at log-in. The secret is stored sealed; recovery codes as hashes under that
 * secret: they are short enough to be tried one by one, and who has the database alone must not be able to.
 */
import { createHmac } from "node:crypto";

import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { base32, totpStepOf, totpUri } from "../credentials/totp.ts";

type UserRow = Selectable<Schema["users"]>;
type FactorRow = Pick<
  UserRow,
  | "provider_id"
  | "user_id"
  | "totp_sealed"
  | "totp_begun_at_ms"
  | "totp_confirmed"
  | "totp_last_step"
  | "recovery_hashes"
>;

const secretBytes = 20;
const recoveryCodes = 8;
/** A new secret is confirmed within this time, or is none: nobody comes back days later to guess its code. */
const confirmMs = 15 * 60_000;

export type FactorVerdict =
  | { readonly kind: "fits"; readonly change: object; readonly isSpent: boolean }
  | { readonly kind: "missing" }
  | { readonly kind: "wrong" };

/** `change`: what the log-in writes to the user's row, so that the code works once. */
export function judgeSecondFactor(
  envelope: Envelope,
  user: FactorRow,
  code: string | undefined,
  nowMs: number,
): FactorVerdict {
  if (!user.totp_confirmed || user.totp_sealed === null) return { kind: "fits", change: {}, isSpent: false };
  if (code === undefined) return { kind: "missing" };
  const typed = code.replaceAll(/[\s-]/g, "").toLowerCase();
  const secret = openSecret(envelope, user);
  const step = totpStepOf(secret, typed, nowMs, user.totp_last_step);
  if (step !== null) return { kind: "fits", change: { totp_last_step: step }, isSpent: true };
  const hash = recoveryHash(secret, user, typed);
  if (!user.recovery_hashes.includes(hash)) return { kind: "wrong" };
  const left = json(user.recovery_hashes.filter((one) => one !== hash));
  // The step stays: the app's next code is no repetition of this one.
  return { kind: "fits", change: { recovery_hashes: left }, isSpent: true };
}

/** A new secret. It counts only after the person has entered a code of it. */
export async function beginSecondFactor(
  world: World,
  envelope: Envelope,
  tx: Tx,
  user: { userId: string; email: string },
) {
  const secret = Buffer.from(world.random.bytes(secretBytes));
  const row = await readFactor(tx, user.userId);
  if (row.totp_confirmed) throw refusal("second-factor-on");
  await tx
    .updateTable("users")
    .set({
      totp_sealed: envelope.seal(secret, contextOf(row)),
      totp_begun_at_ms: world.clock.wall().atMs,
      totp_confirmed: false,
      totp_last_step: null,
    })
    .where("user_id", "=", user.userId)
    .execute();
  return { secret: base32(secret), uri: totpUri(secret, user.email) };
}

/** Returns the recovery codes; they are shown once. */
export async function confirmSecondFactor(world: World, envelope: Envelope, tx: Tx, userId: string, code: string) {
  const row = await readFactor(tx, userId);
  const nowMs = world.clock.wall().atMs;
  const isOpen = row.totp_begun_at_ms !== null && nowMs - row.totp_begun_at_ms < confirmMs;
  if (row.totp_sealed === null || row.totp_confirmed || !isOpen) throw refusal("second-factor-not-begun");
  const secret = openSecret(envelope, row);
  const step = totpStepOf(secret, code.trim(), nowMs, null);
  if (step === null) throw refusal("wrong-code", { status: 400, field: "code" });
  const codes = Array.from({ length: recoveryCodes }, () => newSecret(world, 5));
  await tx
    .updateTable("users")
    .set({
      totp_confirmed: true,
      totp_last_step: step,
      recovery_hashes: json(codes.map((one) => recoveryHash(secret, row, one))),
    })
    .where("user_id", "=", userId)
    .execute();
  return { recoveryCodes: codes.map((one) => `${one.slice(0, 5)}-${one.slice(5)}`) };
}

/** A code of a person who is logged in: it is spent. False: it is wrong, was used already, or no second factor is on. */
export async function proveSecondFactor(
  envelope: Envelope,
  tx: Tx,
  userId: string,
  { code, nowMs }: { readonly code: string; readonly nowMs: number },
): Promise<boolean> {
  const row = await readFactor(tx, userId);
  const verdict = judgeSecondFactor(envelope, row, code, nowMs);
  if (verdict.kind !== "fits" || !verdict.isSpent) return false;
  await tx.updateTable("users").set(verdict.change).where("user_id", "=", userId).execute();
  return true;
}

export async function endSecondFactor(tx: Tx, userId: string): Promise<void> {
  await tx
    .updateTable("users")
    .set({
      totp_sealed: null,
      totp_begun_at_ms: null,
      totp_confirmed: false,
      totp_last_step: null,
      recovery_hashes: json([]),
    })
    .where("user_id", "=", userId)
    .execute();
}

async function readFactor(tx: Tx, userId: string): Promise<FactorRow> {
  const row = await tx.selectFrom("users").selectAll().where("user_id", "=", userId).forUpdate().executeTakeFirst();
  if (row === undefined) throw notFound("user");
  return row;
}

function openSecret(envelope: Envelope, row: FactorRow): Buffer {
  return envelope.open(row.totp_sealed as Uint8Array, contextOf(row));
}

function contextOf(row: { provider_id: string; user_id: string }): string {
  return `second-factor/${row.provider_id}/${row.user_id}`;
}

function recoveryHash(secret: Buffer, { user_id: userId }: Pick<UserRow, "user_id">, code: string): string {
  return createHmac("sha256", secret).update(`recovery\n${userId}\n${code}`).digest("hex");
}
