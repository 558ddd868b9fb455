/** What a callback is answered without a database, and what of it is kept: each kind of path. */
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { sha256Hex } from "@karibu/protocol/hash";
import { expect, test } from "vitest";
import { createEnvelope } from "../../ground/secrets/envelope.ts";
import { openKnownPaths } from "../../ground/spool/known-paths.ts";
import { openSpool } from "../../ground/spool/spool.ts";
import { createIntakeBySpool } from "./database-or-spool.ts";
import { createSpooledIntake, ownerOfSpooled } from "./keep-in-spool.ts";
import type { RawCallback } from "./raw-callback.ts";

const money =
  "UKK1234567 Confirmed. on 20/11/26 at 10:15 AM Ksh50.00 received from JANE W 0712000333. Account Number A1 New Utility balance is Ksh500.00";

async function setUp(bytesMax = 1e7) {
  const world = createSimulatedWorld(1);
  const folder = createFaultyFolder(world);
  const envelope = createEnvelope(world.random, [new Uint8Array(32).fill(7)]);
  const paths = await openKnownPaths(world, folder);
  const sharerOf = (text: string) => ownerOfSpooled(paths, text);
  const spool = await openSpool({ world, folder, envelope, bytesMax, sharerOf });
  await paths.announce([
    { hash: sha256Hex("mpesa"), use: "push", kind: "mpesa-paybill", owner: "p" },
    { hash: sha256Hex("mpesa-money"), use: "confirmation", kind: "mpesa-paybill", owner: "p" },
    { hash: sha256Hex("pesapal"), use: "push", kind: "pesapal", owner: "p" },
    { hash: sha256Hex("stripe"), use: "push", kind: "stripe", owner: "p" },
    { hash: sha256Hex("airtel"), use: "push", kind: "airtel-money", owner: "p" },
    { hash: sha256Hex("phone"), use: "message", kind: "mpesa-till", owner: "p" },
  ]);
  const intake = createSpooledIntake(world, { spool, paths });
  const take = async (kind: RawCallback["kind"], channelToken: string, more: Partial<RawCallback> = {}) => {
    const before = spool.figures().kept;
    const answer = await intake({
      ...(kind && { kind }),
      channelToken,
      secret: "",
      body: "{}",
      remoteAddress: "192.0.2.1",
      ...more,
    });
    return { answer, kept: spool.figures().kept - before };
  };
  return { world, spool, paths, take };
}

test("[PAY-02] what lies in the spool tells whose it is, while its path is somebody's", async () => {
  const { spool, paths, take } = await setUp();
  await take("push", "mpesa", { secret: "s" });
  await take("message", "phone", { body: JSON.stringify({ from: "MPESA", text: money }) });
  const owners: (string | null)[] = [];
  await spool.drain(async (records) => {
    owners.push(...records.map(({ text }) => ownerOfSpooled(paths, text)));
    return [];
  });
  expect(owners.length).toBeGreaterThan(0);
  expect(new Set(owners)).toEqual(new Set(["p"]));
  expect(ownerOfSpooled(paths, JSON.stringify({ channelToken: "nobody's", secret: "", body: "" }))).toBe(null);
});

test("[PAY-02] without a database each channel hears what it always hears, and each callback is kept as it came", async () => {
  const { spool, take } = await setUp();
  const accepted = { status: 200, body: { ResultCode: 0, ResultDesc: "Accepted" } };
  expect(await take("push", "mpesa", { secret: "s" })).toEqual({ answer: accepted, kept: 1 });
  expect(await take("result", "mpesa", { secret: "r" })).toEqual({ answer: accepted, kept: 1 });
  expect(await take("timeout", "mpesa", { secret: "t" })).toEqual({ answer: accepted, kept: 1 });
  const success = { status: 200, body: { ResultCode: 0, ResultDesc: "Success" } };
  expect(await take("confirmation", "mpesa-money")).toEqual({ answer: success, kept: 1 });
  // Pesapal repeats a notice until it hears the order's name.
  const query = { OrderTrackingId: "order-1", OrderMerchantReference: "ours-1" };
  const body = {
    orderNotificationType: "IPNCHANGE",
    orderTrackingId: "order-1",
    orderMerchantReference: "ours-1",
    status: 200,
  };
  expect(await take("notice", "pesapal", { body: "", query })).toEqual({ answer: { status: 200, body }, kept: 1 });
  expect(await take("notice", "stripe", { signature: "t=1,v1=x" })).toEqual({
    answer: { status: 200, body: { received: true } },
    kept: 1,
  });
  expect(await take("notice", "airtel")).toEqual({ answer: { status: 200, body: {} }, kept: 1 });
  const texts: Partial<RawCallback>[] = [];
  await spool.drain(async (records) => {
    texts.push(...records.map(({ text }) => JSON.parse(text)));
    return [];
  });
  expect(texts.map(({ kind }) => kind)).toEqual([
    "push",
    "result",
    "timeout",
    "confirmation",
    "notice",
    "notice",
    "notice",
  ]);
  expect(texts[4]).toMatchObject({ channelToken: "pesapal", query, remoteAddress: "192.0.2.1" });
  expect(texts[5]).toMatchObject({ signature: "t=1,v1=x", receivedAtMs: expect.any(Number) });
});

test("[PAY-02] nobody's path, another use of a path, and what only the books can answer are not kept", async () => {
  const { take } = await setUp();
  expect(await take("push", "nobody")).toEqual({ answer: null, kept: 0 });
  // Who learns the address of prompts can't tell of money with it.
  expect(await take("confirmation", "mpesa")).toEqual({ answer: null, kept: 0 });
  expect(await take("message", "mpesa")).toEqual({ answer: null, kept: 0 });
  expect(await take("validation", "mpesa-money")).toMatchObject({ answer: { status: 503 }, kept: 0 });
});

test("[PAY-02] of a forwarded message only what tells of money is kept, and not more than an hour's limit", async () => {
  const { take } = await setUp();
  const forward = (text: string) =>
    take("message", "phone", { body: JSON.stringify({ from: "MPESA", message: text }) });
  expect(await forward("Come home, dinner is ready")).toEqual({
    answer: { status: 200, body: { ok: true, money: false } },
    kept: 0,
  });
  expect(await forward(money)).toEqual({ answer: { status: 200, body: { ok: true, money: true } }, kept: 1 });
  for (let count = 3; count <= 600; count++) await forward("more");
  expect(await forward(money)).toMatchObject({ answer: { status: 429 }, kept: 0 });
});

test("[PAY-02] a full spool answers 503: never an acknowledgement of what is not on disk", async () => {
  const { take, spool } = await setUp(8000);
  const answers = [];
  for (let count = 0; count < 6; count++)
    answers.push(await take("push", "mpesa", { secret: `s${count}`, body: "x".repeat(400) }));
  expect(answers.at(-1)).toMatchObject({ answer: { status: 503 }, kept: 0 });
  expect(answers.filter(({ answer }) => answer?.status === 200)).toHaveLength(spool.figures().kept);
  expect(spool.figures().full).toBeGreaterThan(0);
});

test("[PAY-02] a database that is slow for a stranger is not away for those who have paid; one that is slow for them is", async () => {
  const { world, spool, paths } = await setUp();
  const direct: string[] = [];
  const never = new Promise<never>(() => {});
  const bySpool = createIntakeBySpool(
    world,
    (callback) => {
      direct.push(callback.channelToken);
      return never;
    },
    { spool, paths, handOn: () => never },
  );
  const post = (channelToken: string) =>
    bySpool.take({ kind: "push", channelToken, secret: "s", body: "{}", remoteAddress: "192.0.2.1" });
  void post("nobody");
  world.advance(10_000);
  expect(spool.figures().kept).toBe(0);
  const first = post("mpesa");
  expect(direct).toEqual(["nobody", "mpesa"]);
  world.advance(2500);
  await first;
  expect(spool.figures().kept).toBe(1);
  void post("nobody");
  await post("mpesa");
  expect(direct, "from now on only the stranger's goes to the database").toEqual(["nobody", "mpesa", "nobody"]);
});

test("[PAY-02] a database in which somebody holds what one callback needs is not away: that one is in the spool, the others are not", async () => {
  const { world, spool, paths } = await setUp();
  const direct: string[] = [];
  const held = Object.assign(new Error("canceling statement due to lock timeout"), { code: "55P03" });
  const take = async ({ channelToken }: RawCallback) => {
    direct.push(channelToken);
    if (channelToken === "pesapal") throw held;
    return { status: 200, body: {} } as const;
  };
  const bySpool = createIntakeBySpool(world, take, { spool, paths, handOn: () => Promise.reject(held) });
  const post = (channelToken: string) =>
    bySpool.take({ kind: "push", channelToken, secret: "s", body: "{}", remoteAddress: "192.0.2.1" });
  expect(await post("pesapal")).toMatchObject({ status: 200 });
  expect(spool.figures().kept).toBe(1);
  await post("mpesa");
  expect(direct).toEqual(["pesapal", "mpesa"]);
  expect(spool.figures().kept).toBe(1);
});
