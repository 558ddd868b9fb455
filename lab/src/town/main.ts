/**
 * The demo's other sites, as a process. Settings: PORT (its health), HUB_URL, DARAJA_URL, FOLDER (with `boards` and `agents`), SITES (names with
 * commas between), TUNNEL (the folder where the hub says who is in its tunnel), QUIET ("1": nobody comes and goes).
 */
import { randomUUID } from "node:crypto";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNodeWorld } from "@karibu/agent/ground/node-world";
import { earliestPlausibleMs } from "@karibu/protocol/earliest-plausible";
import { listenHttp } from "../router/device/hotspot-http.ts";
import { seededRandom } from "../world/seeded-random.ts";
import { openLiveTown } from "./open-live-town.ts";
import { helpTunnel } from "./tunnel.ts";

async function main(): Promise<void> {
  const {
    PORT = "0",
    HUB_URL: hubUrl = "",
    DARAJA_URL: darajaUrl = "",
    FOLDER: folder = "",
    SITES = "",
    TUNNEL = "",
  } = process.env;
  // First: a start waits for it, and a site may wait for its router.
  const health = await listenHttp(Number(PORT));
  health.server.on("request", (_, response) => response.end("ok"));
  const world = createNodeWorld("warn", earliestPlausibleMs);
  const seed = Buffer.from(world.random.bytes(4)).readUInt32BE();
  const town = await openLiveTown({
    world,
    hubUrl,
    darajaUrl,
    folder,
    names: SITES.split(","),
    bootId: randomUUID(),
    chance: seededRandom(seed).integer,
    keep(name, state) {
      const file = join(folder, "boards", `${name}.json`);
      writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  });
  if (process.env.QUIET !== "1") town.live();
  const tunnel = helpTunnel(world.clock, TUNNEL);
  process.stdout.write(`town ready on http://127.0.0.1:${health.port}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      health.server.close();
      health.server.closeAllConnections();
      tunnel.stop();
      void town.close().finally(() => process.exit(0));
    });
  }
}

main().catch((error: Error) => {
  process.stderr.write(`town: ${error.message}\n`);
  process.exit(1);
});
