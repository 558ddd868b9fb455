/**
 * `/enrol/restore`: a router fetches the binary back-up that it was told to load.
 *
 * Who attacks: anybody on the internet, and whoever broke into a site's agent. A ticket has 128 bits, is good for a quarter of an hour and
 * once, and is kept as a digest. What it opens is a file that only its router's own password opens: the ticket, the agent and a listener
 * on the way gain nothing by it. Guesses are slowed by address.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import type { Database } from "../../ground/db/database.ts";
import { networkOf } from "../../ground/http/peer-address.ts";
import { refusal } from "../../ground/http/problem.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { rawRoute } from "../../ground/http/route.ts";
import { type BackUpParts, readBackUp, readFile } from "./back-up-store.ts";

const guessesPerMinute = 20;

export function restoreDoor(parts: BackUpParts & { readonly database: Database }) {
  const { world, database } = parts;
  const guesses = createRateLimit(world.clock, { tries: guessesPerMinute, perSeconds: 60 });
  return rawRoute({
    method: "GET",
    path: "/enrol/restore",
    summary: "A router fetches the back-up that it was told to load, with a ticket that is good once",
    permission: "public",
    produces: "application/octet-stream",
    respond: async ({ remoteAddress }, request, response) => {
      const network = networkOf(remoteAddress);
      guesses.take(network);
      const ticket = /^Bearer ([0-9a-f]{32})$/.exec(request.headers.authorization ?? "")?.[1];
      const nowMs = world.clock.wall().atMs;
      const found =
        ticket === undefined
          ? undefined
          : await database.asPlatform("router-restore-ticket", (tx) =>
              tx
                .updateTable("router_restores")
                .set({ fetchedAtMs: nowMs, ticketHash: null })
                .where("ticketHash", "=", sha256Hex(ticket))
                .where("ticketUntilMs", ">", nowMs)
                // The link may have ended before the agent could say that it began.
                .where("state", "in", ["sent", "restarting"])
                .returning(["providerId", "siteId", "backUpId"])
                .executeTakeFirst(),
            );
      if (found === undefined) throw refusal("restore-ticket-unknown");
      guesses.giveBack(network);
      const file = await database.asProvider(found.providerId, async (tx) =>
        readFile(parts, tx, await readBackUp(tx, found.siteId, found.backUpId), "binary"),
      );
      response.setHeader("Cache-Control", "no-store");
      response.setHeader("Content-Length", file.length);
      response.type("application/octet-stream").end(file);
    },
  });
}
