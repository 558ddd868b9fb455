/** A back-up over HTTP: for the embedded engine, because nothing else may open its folder while the hub runs. */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { Engine } from "../../ground/db/engine.ts";
import { demandOwnLogIn, platformProviderId, viaOf } from "../../ground/http/actor.ts";
import { rawRoute } from "../../ground/http/route.ts";
import { writeAudit } from "../../identity/audit/audit.ts";
import { writeBackup } from "./backup.ts";
import { noteBackup } from "./note-backup.ts";

export function backupRoutes(world: World, database: Database, engine: Pick<Engine, "alone">) {
  return [
    rawRoute({
      method: "GET",
      path: "/api/v1/platform/backup",
      summary: "A back-up of the whole hub, for `karibu restore` (platform admin)",
      permission: "backups.download",
      freshFactor: true,
      as: "platform",
      produces: "application/gzip",
      respond: async ({ actor, requestId, transact }, _request, response) => {
        demandOwnLogIn(actor); // it is not sealed: everything of everybody
        await transact((tx) => {
          const entry = { providerId: platformProviderId, userId: actor.userId, target: null, requestId };
          return writeAudit(world, tx, { ...entry, via: viaOf(actor), action: "backup-taken", detail: {} });
        });
        // Through a file: a slow download must not keep the database's snapshot open.
        const folder = await mkdtemp(join(tmpdir(), "karibu-backup-"));
        try {
          const file = join(folder, "backup.gz");
          const atMs = world.clock.wall().atMs;
          const end = await writeBackup(engine, atMs, createWriteStream(file, { mode: 0o600 }));
          await noteBackup(world, database, { atMs, end, takenBy: "hub" });
          response.setHeader("Content-Type", "application/gzip");
          response.setHeader("Content-Disposition", `attachment; filename="karibu-${atMs}.backup.gz"`);
          await pipeline(createReadStream(file), response).catch(() => {}); // no answer for a client that left early
        } finally {
          await rm(folder, { recursive: true, force: true });
        }
      },
    }),
  ];
}
