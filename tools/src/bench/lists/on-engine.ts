/** A hub for benches, over HTTP on loopback. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type DatabaseSettings, type OpenDatabase, openDatabase } from "@karibu/cloud/ground/db/open-database";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { createOwnProcessReader } from "@karibu/cloud/ground/foreign-files/own-process-reader";
import { createInProcessQueue } from "@karibu/cloud/ground/jobs/in-process";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { createHub } from "@karibu/cloud/hub";
import { administrators, type Client, clientOf } from "./client.ts";

/** The same in every run, because a kept database holds sealed keys. */
export const masterKey = new Uint8Array(32).fill(7);

/** A whole hub, as in production but for the queue, with HTTP on loopback. */
export async function onEngine(
  place: DatabaseSettings,
  work: (client: Client, database: OpenDatabase) => Promise<void>,
): Promise<void> {
  const world = realWorld();
  const database = await openDatabase(world, place);
  const hub = await createHub(
    world,
    {
      database,
      envelope: createEnvelope(world.random, [masterKey]),
      jobs: createInProcessQueue(world, database),
      http: () => Promise.reject(new Error("this bench has no payment channel")),
      fileReader: createOwnProcessReader(),
    },
    {
      publicUrl: "http://hub.bench",
      darajaBaseUrl: null,
      admin: administrators,
      masterKeyFrom: "setting",
      consoleFolder: null,
      requestLimits: { perToken: 1e9, perProvider: 1e9 },
    },
  );
  await hub.start();
  const server = createServer(hub.app);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    await work(clientOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), database);
  } finally {
    server.closeAllConnections();
    server.close();
    await hub.stop();
    await database.close();
  }
}
