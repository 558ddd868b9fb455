/** The hub process of a day of trade (`test-day-hub.ts`): a whole hub whose wall clock its parent moves, and which its parent kills. */
import { createServer } from "node:http";
import { serveLinks } from "@karibu/cloud/fleet/link/link-websocket";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { createOwnProcessReader } from "@karibu/cloud/ground/foreign-files/own-process-reader";
import { undiciCall } from "@karibu/cloud/ground/http-client/http-call";
import { createPgBossQueue } from "@karibu/cloud/ground/jobs/pg-boss-queue";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { createHub } from "@karibu/cloud/hub";
import { sweepJob } from "@karibu/cloud/money/sweep/money-sweep";
import { quickAsk } from "./payments-hub.ts";
import { type DayHubOrder, type DayHubSetting, shiftedWorld } from "./test-day-hub.ts";

const setting = JSON.parse(process.argv[2] ?? "{}") as DayHubSetting;
let { shiftMs } = setting;
const quiet = shiftedWorld(() => shiftMs);
/** Its errors are shown: who reads a failed test sees nothing else of this process. */
const world = {
  ...quiet,
  log: {
    ...quiet.log,
    error: (event: string, fields?: object) => process.stderr.write(`${event} ${JSON.stringify(fields)}\n`),
  },
};
const database = await openDatabase(world, { databaseUrl: setting.databaseUrl, dataDir: setting.dataDir });
const jobs = createPgBossQueue(world, database);
const hub = await createHub(
  world,
  {
    database,
    jobs,
    envelope: createEnvelope(world.random, [new Uint8Array(32).fill(9)]),
    http: undiciCall,
    fileReader: createOwnProcessReader(),
  },
  {
    ...setting.channelUrls,
    publicUrl: `http://127.0.0.1:${setting.port}`,
    admin: setting.admin,
    masterKeyFrom: "setting",
    consoleFolder: null,
    requestLimits: { perToken: 1_000_000, perProvider: 1_000_000 },
    // An answer that died with the hub counts as lost after this time. It is long enough for a slow machine.
    ask: { ...quickAsk, answerLostAfterMs: 20_000 },
  },
);
await hub.start();
const server = createServer(hub.app);
// An idle connection stays open: a callback must not meet its end on a busy machine.
server.keepAliveTimeout = 0;
serveLinks(server, hub.link.accept);

/** What the hub has not judged yet: reports, and purchases whose channel has said nothing. */
const countOpen = () =>
  database.asPlatform("count-open", async (tx) => {
    const reports = await tx
      .selectFrom("evidence")
      .select((select) => select.fn.countAll().as("count"))
      .where("state", "=", "new")
      .executeTakeFirstOrThrow();
    const purchases = await tx
      .selectFrom("purchases")
      .select((select) => select.fn.countAll().as("count"))
      .where("state", "in", ["created", "sending", "prompted"])
      .executeTakeFirstOrThrow();
    return { reports: Number(reports.count), purchases: Number(purchases.count) };
  });

async function carryOut(order: DayHubOrder): Promise<unknown> {
  switch (order.kind) {
    case "clock":
      shiftMs = order.shiftMs;
      return null;
    case "sweep":
      await database.asPlatform("sweep-now", (tx) => jobs.send(tx, sweepJob, {}));
      jobs.wake();
      return null;
    case "open":
      return countOpen();
  }
}

process.on("message", (order: DayHubOrder & { id: number }) => {
  carryOut(order).then(
    (answer) => process.send?.({ id: order.id, answer }),
    (error: unknown) => process.send?.({ id: order.id, error: String(error) }),
  );
});
// It ends with its parent.
process.on("disconnect", () => process.exit(0));
server.listen(setting.port, "127.0.0.1", () => process.send?.({ id: 0, answer: null }));
