/**
 * Takes a restore through its steps: a back-up of what is there first, then the router is told to fetch and load the old one, then it is
 * watched until it answers again. Nothing is repeated: a router that was told to load is only watched.
 */

import { Fault } from "@karibu/protocol/fault";
import { sha256Hex } from "@karibu/protocol/hash";
import { newSecret } from "@karibu/protocol/identifiers";
import { restoreRouter } from "@karibu/protocol/rpc/router/router-back-ups";
import { cutText } from "@karibu/protocol/whole-text";
import { sleep, type World } from "@karibu/protocol/world";
import { type RawBuilder, type Selectable, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { isLinked } from "../link/site-links.ts";
import { standingFor } from "../router-orders/still-may.ts";
import { beginRotation } from "../secret-rotation/rotation-rows.ts";
import { type Place, readScript } from "../set-up/set-up-rows.ts";
import { afterRestore, uptimeSeconds } from "./back-up-policy.ts";
import { type BackUpRow, hasCome, heldMs, orderBackUp, readBackUp, shortText } from "./back-up-store.ts";
import { judgeFault } from "./fetch-back-up.ts";
import type { BackUpWorkerParts } from "./worker-parts.ts";

type RestoreRow = Selectable<Schema["router_restores"]>;
type State = RestoreRow["state"];

/** The router fetches within this. */
const ticketMsMax = 15 * 60_000;
/** A back-up of what is there, on a slow board behind a slow link, and the site may be away for a moment. */
const savingMsMax = 30 * 60_000;
const watchEveryMs = 15_000;
const callMsMax = 30_000;
const restoresAtOnce = 20;

/** The process that has the link begins; a site that restarts has none, and whoever looks first watches it. */
const isDue = (processId: string, nowMs: number) => sql`r.state in ('saving', 'sent', 'restarting')
  and ${hasCome("r.nextAtMs", nowMs)} and ${hasCome("r.heldUntilMs", nowMs)}
  and (r.state <> 'saving' or r.ordered_at_ms <= ${nowMs - savingMsMax}::bigint or ${isLinked("r", processId)})`;

/** Are there any that a look of this process would take on? */
export const restoresWait = (processId: string, nowMs: number): RawBuilder<boolean> =>
  sql<boolean>`exists (select from router_restores r where ${isDue(processId, nowMs)})`;

export function createRestores(world: World, parts: BackUpWorkerParts, signal: AbortSignal) {
  const { database, callSite, reader, processId, emit } = parts;
  const { clock } = world;
  const running = new Map<string, Promise<void>>();

  async function look(): Promise<void> {
    const nowMs = clock.wall().atMs;
    const due = await database.asPlatform("router-restores", async (tx) => {
      const { rows } = await sql<RestoreRow>`
        update router_restores n set held_by = ${processId}, held_until_ms = ${nowMs + heldMs}::bigint
        from (
          select provider_id, restore_id from router_restores r
          where ${isDue(processId, nowMs)}
          order by next_at_ms limit ${restoresAtOnce} for update skip locked
        ) due
        where n.provider_id = due.provider_id and n.restore_id = due.restore_id
        returning n.*`.execute(tx);
      return rows;
    });
    for (const row of due) {
      const work = step(row)
        .catch((error: unknown) =>
          world.log.error("router-restore-failed", { siteId: row.siteId, error: String(error) }),
        )
        .finally(() => running.delete(row.restoreId));
      running.set(row.restoreId, work);
    }
  }

  function become(row: RestoreRow, state: State, more: Partial<RestoreRow> = {}): Promise<void> {
    return database.asProvider(row.providerId, async (tx) => {
      const nowMs = clock.wall().atMs;
      const isOver = state === "back" || state === "failed" || state === "silent";
      await tx
        .updateTable("router_restores")
        .set({
          state,
          heldBy: null,
          heldUntilMs: 0,
          nextAtMs: nowMs + watchEveryMs,
          ...(isOver ? { endedAtMs: nowMs, ticketHash: null } : {}),
          ...more,
        })
        .where("restoreId", "=", row.restoreId)
        .execute();
      const place = { providerId: row.providerId, siteId: row.siteId };
      if (state === "back" || state === "silent") await changeSecrets(tx, place);
      if (state === "back") {
        await orderBackUp(parts, tx, place, {
          cause: "after-restore",
          by: { userId: row.orderedBy, name: row.orderedByName },
        });
      }
      await emit(tx, row.providerId, { topic: "router", id: row.siteId, action: `restore-${state}` });
    });
  }

  /** The router has the secrets of when its back-up was made, which persons may have seen; its agent has later ones, and takes no other by RADIUS. */
  async function changeSecrets(tx: Tx, place: Place): Promise<void> {
    const script = await readScript(tx, place.siteId);
    if (script === null || script.choices.place !== "container") return;
    await beginRotation(parts, tx, place, { cause: "asked", serial: script.serial });
  }

  async function step(row: RestoreRow): Promise<void> {
    if (row.state === "saving") return save(row);
    // A process that ended after it had told the router does not know the ticket any more: the router is watched.
    if (row.state === "sent") return become(row, "restarting", { sentAtMs: row.sentAtMs ?? clock.wall().atMs });
    return watch(row);
  }

  async function save(row: RestoreRow): Promise<void> {
    if (clock.wall().atMs - row.orderedAtMs >= savingMsMax) return become(row, "failed", { why: "away" });
    const { before, wanted, standing } = await database.asProvider(row.providerId, async (tx) => ({
      ...(await readBoth(tx, row)),
      standing: await standingFor(tx, row.providerId, row.orderedBy, "routers.restore"),
    }));
    if (standing !== "may") return become(row, "failed", { why: "not-allowed" });
    if (before.state === "waiting" || before.state === "making") return become(row, "saving");
    if (before.state === "failed") return become(row, "failed", { why: cutText(`before: ${before.why ?? ""}`, 500) });
    const refused = refusedRouter(before, wanted);
    if (refused !== null) return become(row, "failed", { why: refused });
    return send(row, wanted);
  }

  async function send(row: RestoreRow, wanted: BackUpRow): Promise<void> {
    const nowMs = clock.wall().atMs;
    const ticket = newSecret(world, 16);
    await become(row, "sent", {
      ticketHash: sha256Hex(ticket),
      ticketUntilMs: nowMs + ticketMsMax,
      sentAtMs: nowMs,
      heldBy: processId,
      heldUntilMs: nowMs + ticketMsMax,
    });
    const params = {
      nonce: row.restoreId,
      actor: cutText(row.orderedByName, 200),
      expiresAtMs: (nowMs + ticketMsMax) as never,
      ticket,
      mark: wanted.mark ?? "",
      router: { board: wanted.board ?? "", version: wanted.version ?? "", serial: wanted.serial ?? "" },
    };
    let isHeard = false;
    try {
      let answer = await callSite(row.siteId, restoreRouter, params, callMsMax, signal);
      isHeard = true;
      while (answer.kind === "running" && clock.wall().atMs < nowMs + ticketMsMax && !signal.aborted) {
        await sleep(clock, 2000);
        answer = await callSite(row.siteId, restoreRouter, params, callMsMax, signal);
      }
      if (answer.kind === "refused" || answer.kind === "expired")
        return await become(row, "failed", { why: shortText(answer.why ?? "expired") });
    } catch (error) {
      const judged = judgeFault(error);
      if (judged.kind === "failed") return await become(row, "failed", { why: shortText(judged.why) });
      const wasTold = isHeard || !(error instanceof Fault) || error.code !== "site/away";
      if (!wasTold) return await become(row, "saving", { ticketHash: null, sentAtMs: null });
      // The link ended, as it must when the router restarts.
    }
    if (!signal.aborted) await become(row, "restarting");
  }

  async function watch(row: RestoreRow): Promise<void> {
    const now = await reader.ask(row.siteId, "system", true).catch((error: unknown) => {
      if (error instanceof Fault) return null;
      throw error;
    });
    const sinceMs = clock.wall().atMs - (row.sentAtMs ?? row.orderedAtMs);
    const uptime = now === null ? null : uptimeSeconds(now.rows[0]?.uptime ?? "");
    const found = afterRestore(sinceMs, uptime);
    if (found === "wait") return become(row, "restarting");
    if (found === "not-restarted") return become(row, "failed", { why: "not-restarted" });
    return become(row, found);
  }

  return {
    look,
    busy: () => running.size,
    async settled() {
      await Promise.all(running.values());
    },
  };
}

async function readBoth(tx: Tx, row: RestoreRow): Promise<{ before: BackUpRow; wanted: BackUpRow }> {
  return {
    before: await readBackUp(tx, row.siteId, row.beforeId),
    wanted: await readBackUp(tx, row.siteId, row.backUpId),
  };
}

/** Only onto the same board, with the same version: null where it is. */
function refusedRouter(
  now: Pick<BackUpRow, "board" | "version" | "serial">,
  wanted: Pick<BackUpRow, "board" | "version" | "serial">,
): string | null {
  const other = (["board", "serial", "version"] as const).find((name) => now[name] !== wanted[name]);
  return other === undefined ? null : `other-${other}`;
}
