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
  "providerId" | "userId" | "totpSealed" | "totpBegunAtMs" | "totpConfirmed" | "totpLastStep" | "recoveryHashes"
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
  if (!user.totpConfirmed || user.totpSealed === null) return { kind: "fits", change: {}, isSpent: false };
  if (code === undefined) return { kind: "missing" };
  const typed = code.replaceAll(/[\s-]/g, "").toLowerCase();
  const secret = openSecret(envelope, user);
  const step = totpStepOf(secret, typed, nowMs, user.totpLastStep);
  if (step !== null) return { kind: "fits", change: { totpLastStep: step }, isSpent: true };
  const hash = recoveryHash(secret, user, typed);
  if (!user.recoveryHashes.includes(hash)) return { kind: "wrong" };
  const left = json(user.recoveryHashes.filter((one) => one !== hash));
  // The step stays: the app's next code is no repetition of this one.
  return { kind: "fits", change: { recoveryHashes: left }, isSpent: true };
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
  if (row.totpConfirmed) throw refusal("second-factor-on");
  await tx
    .updateTable("users")
    .set({
      totpSealed: envelope.seal(secret, contextOf(row)),
      totpBegunAtMs: world.clock.wall().atMs,
      totpConfirmed: false,
      totpLastStep: null,
    })
    .where("userId", "=", user.userId)
    .execute();
  return { secret: base32(secret), uri: totpUri(secret, user.email) };
}

/** Returns the recovery codes; they are shown once. */
export async function confirmSecondFactor(world: World, envelope: Envelope, tx: Tx, userId: string, code: string) {
  const row = await readFactor(tx, userId);
  const nowMs = world.clock.wall().atMs;
  const isOpen = row.totpBegunAtMs !== null && nowMs - row.totpBegunAtMs < confirmMs;
  if (row.totpSealed === null || row.totpConfirmed || !isOpen) throw refusal("second-factor-not-begun");
  const secret = openSecret(envelope, row);
  const step = totpStepOf(secret, code.trim(), nowMs, null);
  if (step === null) throw refusal("wrong-code", { status: 400, field: "code" });
  const codes = Array.from({ length: recoveryCodes }, () => newSecret(world, 5));
  await tx
    .updateTable("users")
    .set({
      totpConfirmed: true,
      totpLastStep: step,
      recoveryHashes: json(codes.map((one) => recoveryHash(secret, row, one))),
    })
    .where("userId", "=", userId)
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
  await tx.updateTable("users").set(verdict.change).where("userId", "=", userId).execute();
  return true;
}

export async function endSecondFactor(tx: Tx, userId: string): Promise<void> {
  await tx
    .updateTable("users")
    .set({
      totpSealed: null,
      totpBegunAtMs: null,
      totpConfirmed: false,
      totpLastStep: null,
      recoveryHashes: json([]),
    })
    .where("userId", "=", userId)
    .execute();
}

async function readFactor(tx: Tx, userId: string): Promise<FactorRow> {
  const row = await tx.selectFrom("users").selectAll().where("userId", "=", userId).forUpdate().executeTakeFirst();
  if (row === undefined) throw notFound("user");
  return row;
}

function openSecret(envelope: Envelope, row: FactorRow): Buffer {
  return envelope.open(row.totpSealed as Uint8Array, contextOf(row));
}

function contextOf(row: { providerId: string; userId: string }): string {
  return `second-factor/${row.providerId}/${row.userId}`;
}

function recoveryHash(secret: Buffer, { userId }: Pick<UserRow, "userId">, code: string): string {
  return createHmac("sha256", secret).update(`recovery\n${userId}\n${code}`).digest("hex");
}
