/** The hub's first moments: it listens, and takes callbacks of payment channels to disk. All else is answered 503 until the hub is ready. */
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Fault } from "@karibu/protocol/fault";
import { lockFolder } from "@karibu/protocol/process/folder-lock";
import type { World } from "@karibu/protocol/world";
import express from "express";
import type { Envelope } from "./ground/secrets/envelope.ts";
import { openKnownPaths } from "./ground/spool/known-paths.ts";
import { openSpool } from "./ground/spool/spool.ts";
import { openSpoolFolder } from "./ground/spool/spool-folder.ts";
import {
  type CallbackSpool,
  createSpooledIntake,
  ownerOfSpooled,
  withoutHub,
} from "./money/callbacks/keep-in-spool.ts";
import { createHooks } from "./money/callbacks/receive-callbacks.ts";
import type { HubSettings } from "./settings.ts";

/** Opens the port. Throws Fault "hub/port-in-use". */
export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const hint = "Stop the other program, or set PORT.";
      const isTaken = error.code === "EADDRINUSE";
      reject(isTaken ? new Fault("hub/port-in-use", `port ${port} is in use`, { retry: "never", hint }, error) : error);
    });
    server.listen(port, () => resolve((server.address() as AddressInfo).port));
  });
}

/** Null: the folder can't be opened. The hub works without, and refuses callbacks while its database is away. */
export async function openCallbackSpool(
  world: World,
  envelope: Envelope,
  { dataDir, spoolBytes }: Pick<HubSettings, "dataDir" | "spoolBytes">,
): Promise<CallbackSpool | null> {
  const path = join(dataDir, "callbacks");
  const lock = () => {
    try {
      return lockFolder(path, "drain.lock", "take");
    } catch (error) {
      if ((error as Partial<Fault>).code === "folder/locked") return null;
      throw error;
    }
  };
  try {
    const folder = await openSpoolFolder(path);
    const paths = await openKnownPaths(world, folder);
    const sharerOf = (text: string) => ownerOfSpooled(paths, text);
    const spool = await openSpool({ world, folder, envelope, bytesMax: spoolBytes, sharerOf, lock });
    return { spool, paths };
  } catch (error) {
    const hint = "Callbacks are refused while the database is away: look at the disk of KARIBU_DATA, and start again.";
    world.log.error("callback-spool-not-opened", { path, error: (error as Error).message, hint });
    return null;
  }
}

/** What the server answers until `start-hub.ts` puts the hub in its place. */
export function earlyAnswers(
  world: World,
  spool: CallbackSpool | null,
  trustedProxies: readonly string[],
): RequestListener {
  if (spool === null) return answerStarting;
  const app = express();
  app.disable("x-powered-by");
  app.set("trust proxy", trustedProxies);
  // Reports about text messages are not kept: their services send them again.
  app.use("/hooks/m", (request, response) => answerStarting(request, response));
  app.use("/hooks", createHooks(world, withoutHub(createSpooledIntake(world, spool))));
  app.use((request, response) => answerStarting(request, response));
  return app;
}

function answerStarting(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(503, { "Content-Type": "application/problem+json", "Retry-After": "2" });
  response.end(
    JSON.stringify({ type: "urn:karibu:problem:starting", title: "Not available now", status: 503, code: "starting" }),
  );
}
