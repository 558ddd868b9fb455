/**
 * Access tokens that all hub processes share. A new token invalidates the old one, so one process fetches while the others
 * wait. The row's lease names that process by its time. The lease of a process that died ends by itself.
 */

import { Fault } from "@karibu/protocol/fault";
import { sha256Hex } from "@karibu/protocol/hash";
import { sleep, type World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";

export interface FreshToken {
  readonly token: string;
  readonly lifeMs: number;
}

export interface TokenStore {
  /** A usable token that is not `refused`. One process at a time calls `fetch`; its errors are passed on. */
  get(refused: string | null, fetch: () => Promise<FreshToken>): Promise<string>;
  /** Products that a fresh token did not open, and until when (`monotonicMs`) no new token is asked for because of them. */
  readonly shut: Map<string, number>;
}

const leaseMs = 15_000;
const pollEveryMs = 100;

/** For one process: tests, and checks of keys that are not saved. */
export function privateTokens(world: World): TokenStore {
  let held: { readonly token: string; readonly endsAtMs: number } | null = null;
  let fetching: Promise<string> | null = null;
  return {
    shut: new Map(),
    get(refused, fetch) {
      if (held !== null && held.token !== refused && held.endsAtMs > world.clock.monotonicMs()) {
        return Promise.resolve(held.token);
      }
      fetching ??= fetch()
        .then(({ token, lifeMs }) => {
          held = { token, endsAtMs: world.clock.monotonicMs() + lifeMs };
          return token;
        })
        .finally(() => {
          fetching = null;
        });
      return fetching;
    },
  };
}

/** `app` names the pair of keys at a host, without the secret. */
export function sharedTokens(
  parts: { readonly world: World; readonly database: Database; readonly envelope: Envelope },
  providerId: string,
  app: string,
): TokenStore {
  const { world, database, envelope } = parts;
  const appHash = sha256Hex(app);
  const context = `channel-token/${providerId}/${appHash}`;
  // The token that this process saw last: most calls need no query.
  let seen: { readonly token: string; readonly endsAtMs: number } | null = null;
  let waiting: Promise<string> | null = null;

  type Look =
    | { readonly kind: "token"; readonly token: string; readonly endsAtMs: number }
    | { readonly kind: "mine" }
    | { readonly kind: "wait" };

  function look(refused: string | null): Promise<Look> {
    const nowMs = world.clock.wall().atMs;
    return database.asProvider(providerId, async (tx): Promise<Look> => {
      await tx
        .insertInto("channel_tokens")
        .values({ providerId, app: appHash, tokenSealed: null })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const row = await tx
        .selectFrom("channel_tokens")
        .selectAll()
        .where("providerId", "=", providerId)
        .where("app", "=", appHash)
        .forUpdate()
        .executeTakeFirstOrThrow();
      if (row.tokenSealed !== null && row.endsAtMs > nowMs) {
        const token = envelope.open(row.tokenSealed, context).toString("utf8");
        if (token !== refused) return { kind: "token", token, endsAtMs: row.endsAtMs };
      }
      if (row.leaseUntilMs > nowMs && row.leaseUntilMs <= nowMs + leaseMs) return { kind: "wait" };
      await tx
        .updateTable("channel_tokens")
        .set({ leaseUntilMs: nowMs + leaseMs })
        .where("providerId", "=", providerId)
        .where("app", "=", appHash)
        .execute();
      return { kind: "mine" };
    });
  }

  async function keep(fresh: FreshToken | null): Promise<void> {
    const nowMs = world.clock.wall().atMs;
    await database.asProvider(providerId, (tx) =>
      tx
        .updateTable("channel_tokens")
        .set(
          fresh === null
            ? { leaseUntilMs: 0 }
            : {
                leaseUntilMs: 0,
                tokenSealed: envelope.seal(Buffer.from(fresh.token), context),
                endsAtMs: nowMs + fresh.lifeMs,
              },
        )
        .where("providerId", "=", providerId)
        .where("app", "=", appHash)
        .execute(),
    );
    if (fresh !== null) seen = { token: fresh.token, endsAtMs: nowMs + fresh.lifeMs };
  }

  async function obtain(refused: string | null, fetch: () => Promise<FreshToken>): Promise<string> {
    for (let waitedMs = 0; waitedMs <= leaseMs + pollEveryMs; waitedMs += pollEveryMs) {
      const found = await look(refused);
      if (found.kind === "token") {
        seen = found;
        return found.token;
      }
      if (found.kind === "mine") {
        const fresh = await fetch().catch(async (error: unknown) => {
          await keep(null);
          throw error;
        });
        await keep(fresh);
        return fresh.token;
      }
      await sleep(world.clock, pollEveryMs);
    }
    throw new Fault("channel/token-busy", "another process has been fetching a token for too long", { retry: "later" });
  }

  return {
    shut: new Map(),
    get(refused, fetch) {
      if (seen !== null && seen.token !== refused && seen.endsAtMs > world.clock.wall().atMs) {
        return Promise.resolve(seen.token);
      }
      waiting ??= obtain(refused, fetch).finally(() => {
        waiting = null;
      });
      return waiting;
    },
  };
}
