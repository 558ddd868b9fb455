/** The hub's own keys towards push services, and the token that proves who sends. @see RFC 8292 (VAPID) */
import { createECDH, createPrivateKey, sign } from "node:crypto";
import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { newKeys } from "./encrypt-push.ts";

export interface PushKeys {
  /** 65 bytes, base64url: a browser subscribes with it. */
  readonly publicKey: string;
  /** The `Authorization` for one push service. @param contact `https:` or `mailto:`, whom a push service asks */
  authorizationFor(address: string, of: { readonly contact: string; readonly nowMs: number }): string;
}

const sealContext = "push-keys";
/** Push services take at most 24 hours. */
const tokenLifeSeconds = 12 * 3600;

/** All processes on one database get the same. Throws the envelope's Faults. */
export async function openPushKeys(world: World, database: Database, envelope: Envelope): Promise<PushKeys> {
  const row = await database.asPlatform("push-keys", async (tx) => {
    const read = () => tx.selectFrom("push_keys").select(["publicKey", "privateSealed"]).executeTakeFirst();
    const known = await read();
    if (known !== undefined) return known;
    const made = newKeys(world.random);
    await tx
      .insertInto("push_keys")
      .values({
        publicKey: made.getPublicKey(),
        privateSealed: envelope.seal(padded(made.getPrivateKey()), sealContext),
        madeAtMs: world.clock.wall().atMs,
      })
      // Another process was first: its keys count.
      .onConflict((on) => on.doNothing())
      .execute();
    return await read();
  });
  if (row === undefined) throw new TypeError("openPushKeys: the row that was written is not there");
  return pushKeys(envelope.open(row.privateSealed, sealContext));
}

/** @param secret the private key: 32 bytes */
function pushKeys(secret: Uint8Array): PushKeys {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(secret);
  const point = pair.getPublicKey();
  const key = createPrivateKey({
    format: "jwk",
    key: {
      kty: "EC",
      crv: "P-256",
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
      d: Buffer.from(secret).toString("base64url"),
    },
  });
  const publicKey = point.toString("base64url");
  return {
    publicKey,
    authorizationFor(address, { contact, nowMs }) {
      const claims = { aud: new URL(address).origin, exp: Math.floor(nowMs / 1000) + tokenLifeSeconds, sub: contact };
      const signed = [{ typ: "JWT", alg: "ES256" }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
        .join(".");
      const signature = sign("sha256", Buffer.from(signed), { key, dsaEncoding: "ieee-p1363" });
      return `vapid t=${signed}.${signature.toString("base64url")}, k=${publicKey}`;
    },
  };
}

const padded = (secret: Buffer): Buffer => Buffer.concat([Buffer.alloc(32 - secret.length), secret]);
