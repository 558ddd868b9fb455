/** A request that takes long: it is done once, by one process, however long it takes and whatever happens to the clock. */
import { unixMs } from "@karibu/protocol/quantities";
import type { World } from "@karibu/protocol/world";
import { expect, test } from "vitest";
import { anyEngine, realWorld, useDatabase } from "../db/test-databases.ts";
import { createEnvelope } from "../secrets/envelope.ts";
import { createIdempotentAnswers, type IdempotentRequest } from "./idempotency.ts";

const database = useDatabase(anyEngine);
const envelope = createEnvelope(realWorld().random, [new Uint8Array(32).fill(7)]);

/** Its time passes when the test says so. */
function hubProcess() {
  let nowMs = Date.UTC(2026, 10, 26);
  let timers: { readonly atMs: number; readonly task: () => void }[] = [];
  const clock: World["clock"] = {
    monotonicMs: () => nowMs,
    wall: () => ({ atMs: unixMs(nowMs), quality: "synced" }),
    after(delayMs, task) {
      const timer = { atMs: nowMs + delayMs, task };
      timers.push(timer);
      return {
        cancel() {
          timers = timers.filter((one) => one !== timer);
        },
      };
    },
  };
  const answers = createIdempotentAnswers({ ...realWorld(), clock }, database.current(), envelope);
  return {
    answers,
    setClock(byMs: number) {
      nowMs += byMs;
    },
    isWaiting: () => timers.length > 0,
    pass(byMs: number) {
      nowMs += byMs;
      const due = timers.filter(({ atMs }) => atMs <= nowMs);
      timers = timers.filter(({ atMs }) => atMs > nowMs);
      for (const { task } of due) task();
    },
  };
}

const requestOf = (key: string): IdempotentRequest => ({
  ...{ providerId: "platform", route: "POST /api/v1/imports", key, askedBy: "u1" },
  body: { rows: 5 },
});

async function begin(key: string) {
  const [one, other] = [hubProcess(), hubProcess()];
  const { promise, resolve } = Promise.withResolvers<{ status: number; body: unknown }>();
  let first = Promise.resolve<unknown>(null);
  await new Promise<void>((begun) => {
    first = one.answers.once(requestOf(key), () => {
      begun();
      return promise;
    });
  });
  const repeat = (process: typeof one) =>
    process.answers
      .once(requestOf(key), async () => ({ status: 201, body: "again" }))
      .then(
        ({ body }) => body,
        ({ code }) => code,
      );
  return { one, other, repeat, finish: () => resolve({ status: 201, body: "first" }), first };
}

async function beginOrFail(key: string) {
  const [one, other] = [hubProcess(), hubProcess()];
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; body: unknown }>();
  let first = Promise.resolve<unknown>(null);
  await new Promise<void>((begun) => {
    first = one.answers.once(requestOf(key), () => {
      begun();
      return promise;
    });
  });
  const finish = () => resolve({ status: 201, body: "first" });
  return { ...{ one, other, key, first }, finish, fail: () => reject(new Error("it failed")) };
}

test("work of more than a minute is not begun again, by its own process nor by another one, and its answer is kept", async () => {
  const { one, other, repeat, finish, first } = await begin("long");
  for (let at = 0; at < 4; at++) {
    one.pass(20_000);
    other.pass(20_000);
    await expect.poll(one.isWaiting).toBe(true);
  }
  expect([await repeat(one), await repeat(other)]).toEqual(["under-way", "under-way"]);
  finish();
  expect(await first).toEqual({ status: 201, body: "first", repeated: false });
  expect([await repeat(one), await repeat(other)]).toEqual(["first", "first"]);
  expect(one.isWaiting()).toBe(false);
});

test("a clock that is set ahead makes a process do nothing twice that it works on", async () => {
  const { one, repeat, finish, first } = await begin("set ahead");
  one.setClock(3_600_000);
  expect(await repeat(one)).toBe("under-way");
  finish();
  await first;
});

test("what a process that died had begun is done by another one after a minute", async () => {
  const { other, repeat } = await begin("dead");
  other.pass(59_000);
  expect(await repeat(other)).toBe("under-way");
  other.pass(2000);
  expect(await repeat(other)).toBe("again");
});

test("what a process had begun that died while the clock was ahead is done by another one a minute after the clock was set right", async () => {
  const { other, repeat } = await begin("died ahead");
  other.setClock(-3 * 3_600_000);
  expect(await repeat(other)).toBe("under-way");
  other.pass(59_000);
  expect(await repeat(other)).toBe("under-way");
  other.pass(2000);
  expect(await repeat(other)).toBe("again");
});

test("a key is its caller's and its request's: with another body, or from another caller, nobody gets the answer", async () => {
  const { one, finish, first } = await begin("mine");
  finish();
  await first;
  const asked = (changed: Partial<IdempotentRequest>) =>
    one.answers
      .once({ ...requestOf("mine"), ...changed }, async () => ({ status: 201, body: "again" }))
      .then(
        ({ body }) => body,
        ({ code }) => code,
      );
  expect(await asked({})).toBe("first");
  expect(await asked({ body: { rows: 6 } })).toBe("idempotency-key-reused");
  expect(await asked({ askedBy: "u2" })).toBe("idempotency-key-reused");
});

test("an answer that is kept with its work stays where the news of the commit is lost, and where the process dies: the work is done once", async () => {
  const [one, other] = [hubProcess(), hubProcess()];
  const first = { status: 201, body: "first" };
  const keepIn = (keep: Parameters<Parameters<typeof one.answers.once>[1]>[0], answer = first) =>
    database.current().asProvider("platform", (tx) => keep(tx, answer));
  const lost = one.answers.once(requestOf("news lost"), async (keep) => {
    await keepIn(keep);
    throw new Error("the connection broke");
  });
  await expect(lost).rejects.toThrow("the connection broke");
  await new Promise<void>((committed) => {
    void one.answers.once(requestOf("died"), async (keep) => {
      await keepIn(keep);
      committed();
      return new Promise(() => {});
    });
  });
  other.pass(61_000);
  for (const key of ["news lost", "died"]) {
    const again = other.answers.once(requestOf(key), async () => ({ status: 201, body: "again" }));
    expect(await again).toEqual({ ...first, repeated: true });
  }
});

test("of two processes that do the same, because one seemed dead, one commits", async () => {
  const [one, other] = [hubProcess(), hubProcess()];
  const { promise: goOn, resolve } = Promise.withResolvers<void>();
  let slow = Promise.resolve<unknown>(null);
  await new Promise<void>((begun) => {
    slow = one.answers.once(requestOf("slow"), async (keep) => {
      begun();
      await goOn;
      await database.current().asProvider("platform", (tx) => keep(tx, { status: 201, body: "slow" }));
      return { status: 201, body: "slow" };
    });
  });
  other.pass(61_000);
  const quick = await other.answers.once(requestOf("slow"), async (keep) => {
    await database.current().asProvider("platform", (tx) => keep(tx, { status: 201, body: "quick" }));
    return { status: 201, body: "quick" };
  });
  resolve();
  await expect(slow).rejects.toMatchObject({ code: "under-way" });
  const again = await one.answers.once(requestOf("slow"), async () => ({ status: 201, body: "again" }));
  expect([quick.body, again.body]).toEqual(["quick", "quick"]);
});

test("a process that seemed dead gives its own answer to nobody, ends nothing, and says nothing of the one that took over", async () => {
  for (const end of ["answers", "fails"]) {
    const { one, other, finish, fail, first, key } = await beginOrFail(end);
    const third = hubProcess();
    other.pass(61_000);
    third.pass(61_000);
    const second = Promise.withResolvers<{ status: number; body: unknown }>();
    let taken = Promise.resolve<unknown>(null);
    await new Promise<void>((begun) => {
      taken = other.answers.once(requestOf(key), () => {
        begun();
        return second.promise;
      });
    });
    if (end === "answers") finish();
    else fail();
    await first.catch(() => {});
    const repeat = () =>
      third.answers
        .once(requestOf(key), async () => ({ status: 201, body: "third" }))
        .then(
          ({ body }) => body,
          ({ code }) => code,
        );
    expect([end, await repeat()]).toEqual([end, "under-way"]);
    second.resolve({ status: 201, body: "second" });
    await taken;
    expect([end, await repeat()]).toEqual([end, "second"]);
    expect(one.isWaiting()).toBe(false);
  }
});

test("a process that seemed dead does not keep alive what another one took over, and died with", async () => {
  const { one, other, repeat } = await begin("two dead");
  const third = hubProcess();
  other.pass(61_000);
  void other.answers.once(requestOf("two dead"), () => new Promise(() => {}));
  await expect.poll(other.isWaiting).toBe(true);
  one.pass(110_000);
  await expect.poll(one.isWaiting).toBe(true);
  third.pass(125_000);
  expect(await repeat(third)).toBe("again");
});
