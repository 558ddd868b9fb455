/**
 * A POST with an `Idempotency-Key` is done once: for a day, its repetition gets the answer that the first request
 * got, whichever hub process it reaches. This holds for every POST of a signed-in person or token, whether it moves money or not, and for those of
 * customers that need a key. Answers are kept per provider, route, key and caller, and sealed, because they name people; of the request there is a sign under the
 * master key, because a plain hash of a body would tell its phone or password to who tries them all. A refusal did nothing: it is not kept,
 * and its repetition is decided again ("wait a minute" must not be the answer for a day).
 *
 * A handler whose one transaction is all its work keeps the answer in that transaction (`Call.transactOnce`): the work and its answer are there, or neither. Else the
 * answer is kept after the work, and what a process did that died in between is done again: such work has to find by itself what it did under this key.
 */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../db/database.ts";
import { isAhead } from "../db/hub-clock.ts";
import type { Envelope } from "../secrets/envelope.ts";
import { type Problem, refusal } from "./problem.ts";

export interface KeptAnswer {
  readonly status: number;
  readonly body: unknown;
}

export interface IdempotentRequest {
  readonly providerId: string;
  /** Method and path of the request; of a customer's, also whose it is. */
  readonly route: string;
  readonly key: string;
  /** The person, the API token or the customer: the same key from another caller is another request. */
  readonly askedBy: string;
  readonly body: unknown;
}

/** A request that this process works on. Where another process takes the work over, because this one seemed dead, the row is that one's alone. */
interface Begun extends IdempotentRequest {
  readonly begunAs: string;
}

const keptMs = 24 * 3_600_000;
/** A process that died never answers: after this time, a repeated request does the work again. One that lives says so more often. */
const underWayMs = 60_000;
const livesEveryMs = 20_000;

/** Keeps the answer in the transaction of the work. Throws Problem 409 "under-way" where another process has done it, or does it, meanwhile. */
export type KeepWithWork = (tx: Tx, answer: KeptAnswer) => Promise<void>;

export interface IdempotentAnswers {
  /** Runs `work` once. A repetition gets the same answer. If `work` throws, nothing is kept but what was committed with its work. */
  once(
    request: IdempotentRequest,
    work: (keep: KeepWithWork) => Promise<KeptAnswer>,
  ): Promise<KeptAnswer & { readonly repeated: boolean }>;
}

export function createIdempotentAnswers(world: World, database: Database, envelope: Envelope): IdempotentAnswers {
  const contextOf = (request: IdempotentRequest) => `answer/${request.providerId}/${request.route}/${request.key}`;
  /** What this process works on: no clock that is set, and no database that is away, makes it do the same again. */
  const running = new Set<string>();

  /** Null: this request must do the work. */
  async function begin(request: Begun): Promise<KeptAnswer | null> {
    const { providerId, route, key, askedBy, body, begunAs } = request;
    const asked = `request\n${JSON.stringify([providerId, route, key, askedBy, body ?? null])}`;
    const nowMs = world.clock.wall().atMs;
    const found = await database.asProvider(request.providerId, async (tx) => {
      const place = { providerId: request.providerId, route: request.route, idempotencyKey: request.key };
      const fresh = {
        requestHash: envelope.sign(asked).toString("hex"),
        status: null,
        answerSealed: null,
        begunAtMs: nowMs,
        begunAs,
      };
      const made = await tx
        .insertInto("idempotent_answers")
        .values({ ...place, ...fresh })
        .onConflict((conflict) => conflict.doNothing())
        .returning("route")
        .executeTakeFirst();
      if (made !== undefined) return null;
      const row = await tx
        .selectFrom("idempotent_answers")
        .selectAll()
        .where("route", "=", request.route)
        .where("idempotencyKey", "=", request.key)
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined) throw underWay();
      const isDead = row.begunAtMs < nowMs - underWayMs && !running.has(contextOf(request));
      if (row.status === null ? isDead : row.begunAtMs < nowMs - keptMs) {
        await tx
          .updateTable("idempotent_answers")
          .set(fresh)
          .where("route", "=", request.route)
          .where("idempotencyKey", "=", request.key)
          .execute();
        return null;
      }
      if (!envelope.isSign(asked, Buffer.from(row.requestHash, "hex")))
        throw refusal("idempotency-key-reused", { field: "Idempotency-Key" });
      if (row.status === null || row.answerSealed === null) {
        // Begun by a clock that was ahead: from now on it has the minute that all have.
        if (isAhead(row.begunAtMs, nowMs)) await sayItLives(tx, { ...request, begunAs: row.begunAs }, nowMs);
        return "under-way";
      }
      return { status: row.status, body: JSON.parse(envelope.open(row.answerSealed, contextOf(request)).toString()) };
    });
    if (found === "under-way") throw underWay();
    return found;
  }

  async function sayItLives(tx: Tx, request: Begun, nowMs: number): Promise<void> {
    await tx
      .updateTable("idempotent_answers")
      .set({ begunAtMs: nowMs })
      .where("route", "=", request.route)
      .where("idempotencyKey", "=", request.key)
      .where("status", "is", null)
      .where("begunAs", "=", request.begunAs)
      .execute();
  }

  /** False: there is one already, or the request is no longer there, or another process took it over. */
  async function keepAnswer(tx: Tx, request: Begun, answer: KeptAnswer): Promise<boolean> {
    const sealed = envelope.seal(Buffer.from(JSON.stringify(answer.body ?? null)), contextOf(request));
    const kept = await tx
      .updateTable("idempotent_answers")
      .set({ status: answer.status, answerSealed: sealed })
      .where("providerId", "=", request.providerId)
      .where("route", "=", request.route)
      .where("idempotencyKey", "=", request.key)
      .where("status", "is", null)
      .where("begunAs", "=", request.begunAs)
      .returning("route")
      .executeTakeFirst();
    return kept !== undefined;
  }

  /** An answer that was committed with its work stays, also where the news of the commit was lost. */
  async function settle(request: Begun, answer: KeptAnswer | null): Promise<void> {
    await database.asProvider(request.providerId, async (tx) => {
      if (answer !== null) return void (await keepAnswer(tx, request, answer));
      await tx
        .deleteFrom("idempotent_answers")
        .where("route", "=", request.route)
        .where("idempotencyKey", "=", request.key)
        .where("status", "is", null)
        .where("begunAs", "=", request.begunAs)
        .execute();
    });
  }

  /** Until the returned function is called. */
  function saysItLives(request: Begun): () => void {
    let timer = world.clock.after(livesEveryMs, again);
    let isOver = false;
    function again(): void {
      database
        .asProvider(request.providerId, (tx) => sayItLives(tx, request, world.clock.wall().atMs))
        .catch((error: unknown) => world.log.warn("under-way-not-noted", { error: String(error) }))
        .finally(() => {
          if (!isOver) timer = world.clock.after(livesEveryMs, again);
        });
    }
    return () => {
      isOver = true;
      timer.cancel();
    };
  }

  async function workOnce(request: Begun, work: (keep: KeepWithWork) => Promise<KeptAnswer>): Promise<KeptAnswer> {
    let answer: KeptAnswer;
    let isKept = false;
    try {
      answer = await work(async (tx, kept) => {
        if (!(await keepAnswer(tx, request, kept))) throw underWay();
        isKept = true;
      });
    } catch (error) {
      await settle(request, null).catch(() => {}); // else it is taken over after a minute
      throw error;
    }
    if (!isKept) await settle(request, answer);
    return answer;
  }

  return {
    async once(asked, work) {
      const request: Begun = { ...asked, begunAs: newId(world) };
      const known = await begin(request);
      if (known !== null) return { ...known, repeated: true };
      running.add(contextOf(request));
      const over = saysItLives(request);
      try {
        return { ...(await workOnce(request, work)), repeated: false };
      } finally {
        over();
        running.delete(contextOf(request));
      }
    },
  };
}

function underWay(): Problem {
  return refusal("under-way", { field: "Idempotency-Key", retryAfterSeconds: 2 });
}
