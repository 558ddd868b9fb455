/**
 * One-time codes as rows, whatever they open: five minutes, five tries from one network and fifteen in all, three an hour and number, the newest alone
 * is good. A code is sealed, and
 * each number's codes are locked while one is made or tried.
 */
import { timingSafeEqual } from "node:crypto";
import { sha256Hex } from "@karibu/protocol/hash";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { lockName } from "../../ground/db/lock-keys.ts";
import { createSharedTries } from "../../ground/quotas/shared-tries.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import {
  codeLifeMs,
  codeOf,
  codeTriesMax,
  codeTriesOfPlace,
  hourMs,
  mayBeTried,
  waitForCodeMs,
} from "./code-policy.ts";

/** What a kind of codes opens: its rows, and how the causes of its texts begin. */
export type CodePurpose =
  | { readonly table: "customer_codes"; readonly name: "customer-code" }
  | { readonly table: "trial_codes"; readonly name: "trial-code" };

export interface OneTimeCode {
  readonly codeId: string;
  /** Six digits. */
  readonly digits: string;
}

/** What somebody typed. `place`: where it came from, as tries are counted. */
export interface Typed {
  readonly code: string;
  readonly place: string;
}

export interface OneTimeCodes {
  /** Until the end of the transaction nobody else makes or tries a code of this number. */
  lock(tx: Tx, providerId: string, party: Party): Promise<void>;
  /** How long this number has to wait for its next code; 0: not at all. */
  waitMs(tx: Tx, providerId: string, party: Party): Promise<number>;
  /** Ends the codes before it. `send` tells whether the code was sent: one that was not can't be tried. */
  make(tx: Tx, providerId: string, party: Party, send: (code: OneTimeCode) => Promise<boolean>): Promise<void>;
  /** A code that still opens something; else null. */
  read(tx: Tx, providerId: string, codeId: string): Promise<(OneTimeCode & { readonly party: Party }) | null>;
  /** It was sent later than it was made: from now on it may be tried. */
  allowTries(tx: Tx, providerId: string, codeId: string): Promise<void>;
  /** Is it this number's newest code? The try counts, also where it is right: what is used is used. */
  prove(tx: Tx, providerId: string, party: Party, typed: Typed): Promise<boolean>;
  /** The cause of a code's text. */
  eventOf(codeId: string): string;
  /** A text's turn may come late, or a person sends it again: nobody pays for one that opens nothing. Before the queue starts. */
  judgeTexts(messaging: Pick<Messaging, "judge">): void;
}

export function createOneTimeCodes(
  { world, envelope }: { readonly world: World; readonly envelope: Envelope },
  { table, name }: CodePurpose,
): OneTimeCodes {
  const eventStart = `${name}/`;
  const nowMs = () => world.clock.wall().atMs;
  // A code is over long before an hour is.
  const ofPlace = createSharedTries(world.clock, `${name}-place`, {
    tries: codeTriesOfPlace,
    perSeconds: hourMs / 1000,
  });
  const contextOf = (providerId: string, codeId: string) => `${name}/${providerId}/${codeId}`;

  async function read(tx: Tx, providerId: string, codeId: string): ReturnType<OneTimeCodes["read"]> {
    const row = await tx
      .selectFrom(table)
      .selectAll()
      .where("providerId", "=", providerId)
      .where("codeId", "=", codeId)
      .executeTakeFirst();
    if (row === undefined || row.usedAtMs !== null || nowMs() >= row.expiresAtMs) return null;
    const digits = envelope.open(row.codeSealed, contextOf(providerId, codeId)).toString("utf8");
    return { codeId, digits, party: row.party };
  }

  return {
    read,
    async lock(tx, providerId, party) {
      await lockName(tx, contextOf(providerId, party));
    },
    async waitMs(tx, providerId, party) {
      const made = await tx
        .selectFrom(table)
        .select("madeAtMs")
        .where("providerId", "=", providerId)
        .where("party", "=", party)
        .where("madeAtMs", ">", nowMs() - hourMs)
        .execute();
      return waitForCodeMs(
        made.map((row) => row.madeAtMs),
        nowMs(),
      );
    },
    async make(tx, providerId, party, send) {
      const atMs = nowMs();
      await tx
        .updateTable(table)
        .set({ usedAtMs: atMs })
        .where("providerId", "=", providerId)
        .where("party", "=", party)
        .where("usedAtMs", "is", null)
        .execute();
      const code = { codeId: newId(world), digits: newDigits(world) };
      const isSent = await send(code);
      await tx
        .insertInto(table)
        .values({
          providerId,
          codeId: code.codeId,
          party,
          codeSealed: envelope.seal(Buffer.from(code.digits), contextOf(providerId, code.codeId)),
          tries: isSent ? 0 : codeTriesMax,
          madeAtMs: atMs,
          expiresAtMs: atMs + codeLifeMs,
        })
        .execute();
    },
    async allowTries(tx, providerId, codeId) {
      await tx
        .updateTable(table)
        .set({ tries: 0 })
        .where("providerId", "=", providerId)
        .where("codeId", "=", codeId)
        .execute();
    },
    async prove(tx, providerId, party, { code, place }) {
      const row = await tx
        .selectFrom(table)
        .selectAll()
        .where("providerId", "=", providerId)
        .where("party", "=", party)
        // One at most is not used: the newest, also by a clock that was set back since the one before it.
        .orderBy((is) => is("usedAtMs", "is", null), "desc")
        .orderBy("madeAtMs", "desc")
        .orderBy("codeId", "desc")
        .executeTakeFirst();
      const atMs = nowMs();
      if (row === undefined) return false;
      const facts = { tries: row.tries, usedAtMs: row.usedAtMs, expiresAtMs: row.expiresAtMs };
      const digits = envelope.open(row.codeSealed, contextOf(providerId, row.codeId)).toString("utf8");
      const tried = { providerId, subject: `${row.codeId}/${place}` };
      const counts = await ofPlace.tryTake(tx, tried);
      const isRight = isSameCode(digits, code) && counts && mayBeTried(facts, atMs);
      // Also of a code that opens nothing, so that the time of the answer does not tell whose number has one.
      await tx
        .updateTable(table)
        .set({ tries: Math.min(row.tries + (counts ? 1 : 0), codeTriesMax), ...(isRight ? { usedAtMs: atMs } : {}) })
        .where("providerId", "=", providerId)
        .where("codeId", "=", row.codeId)
        .execute();
      return isRight;
    },
    eventOf: (codeId) => `${eventStart}${codeId}`,
    judgeTexts(messaging) {
      messaging.judge("log-in-code", async (tx, event) => {
        if (!event.startsWith(eventStart)) return null;
        const row = await tx
          .selectFrom(table)
          .select(["usedAtMs", "expiresAtMs"])
          .where("codeId", "=", event.slice(eventStart.length))
          .executeTakeFirst();
        const isGood = row !== undefined && row.usedAtMs === null && nowMs() < row.expiresAtMs;
        return isGood ? null : "the code is used or too old";
      });
    },
  };
}

function newDigits(world: World): string {
  for (;;) {
    const digits = codeOf(world.random.bytes(4));
    if (digits !== null) return digits;
  }
}

/** In the same time for every code that is typed. */
const isSameCode = (known: string, typed: string): boolean =>
  timingSafeEqual(Buffer.from(sha256Hex(known)), Buffer.from(sha256Hex(typed)));
