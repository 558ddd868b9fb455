/** A payout that was approved when the back-up was taken, and sent after it: the restored hub does not send it again. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { type OpenDatabase, openDatabase, openEngine } from "@karibu/cloud/ground/db/open-database";
import { anyEngine, realWorld, useDatabase, useFreshServer } from "@karibu/cloud/ground/db/test-databases";
import { createInProcessQueue } from "@karibu/cloud/ground/jobs/in-process";
import { refundJob } from "@karibu/cloud/money/refunds/send-refund";
import { writeBackup } from "@karibu/cloud/operations/back-ups/backup";
import { proveBackup } from "@karibu/cloud/operations/back-ups/read-backup";
import { restoreBackup } from "@karibu/cloud/operations/back-ups/restore";
import { afterAll, expect, test } from "vitest";
import { eventually, openChannel, openShop, readBooks, startDaraja, startHub } from "./payments-hub.ts";

const masterKey = new Uint8Array(randomBytes(32));
const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const certificate = publicKey.export({ type: "spki", format: "pem" }) as string;
const folder = mkdtempSync(join(tmpdir(), "karibu-restored-refund-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const database = useDatabase(anyEngine);
const empty = useFreshServer(anyEngine);

test("[BEY-29] [PAY-15] a payout that may have been sent since the back-up waits for a person: no money goes out twice", async () => {
  const world = realWorld();
  const daraja = await startDaraja({ resultMs: 20 });
  const mayRun = Promise.withResolvers<void>();
  const first = await startHub(database.current(), daraja, {
    masterKey,
    jobs: (of) => {
      const queue = createInProcessQueue(of, database.current());
      return {
        ...queue,
        work: (name, handler, options) =>
          queue.work(name, name === refundJob ? (data) => mayRun.promise.then(() => handler(data)) : handler, options),
      };
    },
  });
  const shop = await openShop(database.current());
  const { providerId } = shop;
  const initiator = { initiatorName: "karibu", initiatorPassword: "lab-initiator-1", certificate };
  await openChannel(first, database.current(), providerId, initiator);
  const started = await first.payments.purchases.start({ ...shop, phone: "0700000001", idempotencyKey: "k" });
  if (started.kind !== "started") throw new Error("it was refused");
  await eventually(
    () => readBooks(database.current(), providerId),
    ({ purchases: [purchase] }) => expect(purchase).toMatchObject({ state: "paid", corroborated: true }),
  );
  const asked = await first.refund(providerId, started.purchaseId, "payout", "r-1");
  expect(asked.state).toBe("approved");
  const taken = new PassThrough();
  const [, bytes] = await Promise.all([writeBackup(database.current(), world.clock.wall().atMs, taken), buffer(taken)]);
  mayRun.resolve();
  const refundOf = (of: OpenDatabase) =>
    of.asProvider(providerId, (tx) =>
      tx.selectFrom("refunds").select(["state", "problem", "entryId"]).executeTakeFirstOrThrow(),
    );
  await eventually(
    () => refundOf(database.current()),
    ({ state }) => expect(state).toBe("done"),
  );
  expect(daraja.organisation.payouts()).toHaveLength(1);
  await first.stop(); // the machine burns down

  const databaseUrl = empty.url();
  const place = { databaseUrl, dataDir: databaseUrl === null ? join(folder, "hub") : null };
  const engine = await openEngine(world, place);
  await restoreBackup(world, engine, await proveBackup(() => Readable.from(bytes)));
  await engine.close();
  const restored = await openDatabase(world, place);
  const second = await startHub(restored, daraja, { masterKey });
  const jobsLeft = () =>
    restored.asPlatform("test", (tx) =>
      tx.selectFrom("job_outbox").select("jobId").where("name", "=", refundJob).execute(),
    );
  await eventually(jobsLeft, (left) => expect(left).toEqual([]));
  await daraja.delivered();
  expect(daraja.organisation.payouts()).toHaveLength(1);
  expect(await refundOf(restored)).toMatchObject({
    state: "unknown",
    problem: expect.stringContaining("restored: look at the channel's statement"),
    entryId: null,
  });
  const waiting = (await second.review(providerId)).map(({ kind, what }) => `${kind} ${what}`);
  expect(waiting.join()).toContain("refund");
  await second.stop();
  await restored.close();
  await daraja.stop();
}, 240_000);
