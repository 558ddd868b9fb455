/**
 * Where people logged in before: their addresses of the last month, and devices with the cookie of a former log-in.
 * The cookie grants no access. It only shows that guesses made elsewhere are not from this person. It is random, stored
 * as a hash, and one per person, because several people may share a browser.
 */

import { sha256Hex } from "@karibu/protocol/hash";
import { newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import type { Familiarity } from "./guess-policy.ts";

const dayMs = 86_400_000;
const addressKeptMs = 30 * dayMs;
export const deviceKeptMs = 400 * dayMs;
/** For each kind and person, newest first. */
const placesMax = 20;

interface Person {
  readonly providerId: string;
  readonly userId: string;
}

/** `device`: hash of the device's cookie, or null. */
export async function familiarityOf(
  tx: Tx,
  person: Person,
  from: { readonly address: string; readonly device: string | null },
  nowMs: number,
): Promise<Familiarity> {
  const known = async (kind: "address" | "device", place: string, keptMs: number) => {
    const row = await tx
      .selectFrom("login_places")
      .select("place")
      .where("providerId", "=", person.providerId)
      .where("userId", "=", person.userId)
      .where("kind", "=", kind)
      .where("place", "=", place)
      .where("lastAtMs", ">", nowMs - keptMs)
      .executeTakeFirst();
    return row !== undefined;
  };
  if (from.device !== null && (await known("device", from.device, deviceKeptMs))) return "device";
  return (await known("address", networkOf(from.address), addressKeptMs)) ? "address" : "strange";
}

/** Did somebody with this address log in on this device before? Asks the same of the database whether anybody has the address or not. */
export async function isKnownDevice(tx: Tx, email: string, device: string, nowMs: number): Promise<boolean> {
  const row = await tx
    .selectFrom("login_places")
    .innerJoin("users", (on) =>
      on.onRef("users.providerId", "=", "login_places.providerId").onRef("users.userId", "=", "login_places.userId"),
    )
    .select("login_places.place")
    .where("login_places.kind", "=", "device")
    .where("login_places.place", "=", device)
    .where("login_places.lastAtMs", ">", nowMs - deviceKeptMs)
    .where("users.email", "=", email)
    .executeTakeFirst();
  return row !== undefined;
}

/** After the person proved their mailbox from there. */
export async function rememberAddress(tx: Tx, person: Person, address: string, nowMs: number): Promise<void> {
  await insertPlace(tx, { ...person, kind: "address", place: networkOf(address), lastAtMs: nowMs });
}

/** After a log-in. Returns a cookie for an unknown device, else null. */
export async function rememberPlace(
  world: World,
  tx: Tx,
  person: Person,
  from: { readonly address: string; readonly device: string | null; readonly familiarity: Familiarity },
): Promise<string | null> {
  const nowMs = world.clock.wall().atMs;
  const isKnown = from.familiarity === "device" && from.device !== null;
  const cookie = isKnown ? null : newSecret(world, 32);
  const device = cookie === null ? (from.device as string) : deviceHash(cookie);
  const { providerId, userId } = person;
  await insertPlace(tx, { providerId, userId, kind: "device", place: device, lastAtMs: nowMs });
  await rememberAddress(tx, { providerId, userId }, from.address, nowMs);
  for (const kind of ["address", "device"] as const) {
    const places = tx
      .selectFrom("login_places")
      .select("place")
      .where("userId", "=", userId)
      .where("kind", "=", kind)
      .orderBy("lastAtMs", "desc")
      .orderBy("place")
      .limit(placesMax);
    await tx
      .deleteFrom("login_places")
      .where("userId", "=", userId)
      .where("kind", "=", kind)
      .where("place", "not in", places)
      .execute();
  }
  return cookie;
}

async function insertPlace(tx: Tx, row: Schema["login_places"]): Promise<void> {
  await tx
    .insertInto("login_places")
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(["providerId", "userId", "kind", "place"]).doUpdateSet({ lastAtMs: row.lastAtMs }),
    )
    .execute();
}

export function deviceHash(cookie: string): string {
  return sha256Hex(`login-device\n${cookie}`);
}
