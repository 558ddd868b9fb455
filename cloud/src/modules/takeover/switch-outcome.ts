/**
 * What came of a switch. The site goes on with it after it has answered, so the hub asks again until it knows: a switch that was refused, or taken back by the
 * router, is none.
 */

import { Fault } from "@karibu/protocol/fault";
import { unixMs } from "@karibu/protocol/quantities";
import { type SwitchState, switchTakeover } from "@karibu/protocol/rpc/switch-takeover";
import { cutText } from "@karibu/protocol/whole-text";
import type { Database, Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { eachInTurn } from "../../ground/jobs/each-in-turn.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { readTakeover, setTakeover, type TakeoverParts } from "./takeovers.ts";

/** Throws Problems 409 "site-away", "takeover-agent-old" and "switch-refused". */
export async function ofSite<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code !== "site/refused") throw refusal("site-away", { status: 409 });
    if (error.advice.hint === "link/unknown-method") throw refusal("takeover-agent-old");
    throw refusal("switch-refused", { rule: "router-says", value: cutText(error.message, 300) });
  }
}

/** No user stands aside. A switch that failed may have begun with them; one that was refused, or undone, had not. */
export const isBefore = ({ kind, kept }: SwitchState): boolean =>
  kind === "before" || ((kind === "refused" || kind === "undone") && kept === 0);

/** The router shows what the old system would say: all its users stand there, but those whose codes were used up here before it was switched back. */
export const showsOldSystem = ({ kind, kept }: SwitchState): boolean =>
  kind === "before" || (kind !== "working" && kind !== "karibu" && kept === 0);

/** Writes down what the site says of a switch that the hub believed in. */
export async function settleSwitch(
  { world, emit }: Pick<TakeoverParts, "world" | "emit">,
  tx: Tx,
  providerId: string,
  takeoverId: string,
  at: SwitchState,
): Promise<void> {
  const row = await readTakeover(tx, takeoverId, true);
  if (row.state !== "switched" || row.settledAtMs !== null) return;
  if (at.kind === "karibu") await setTakeover(tx, takeoverId, { settledAtMs: world.clock.wall().atMs });
  if (!isBefore(at)) return;
  await setTakeover(tx, takeoverId, { state: "applied" });
  await emit(tx, providerId, { topic: "site", id: row.siteId, action: "takeover" });
}

const askMs = 15_000;
const onceMax = 50;

/** For switches whose page nobody looks at. */
export function settleSwitches(parts: TakeoverParts & { readonly database: Database }): MaintenanceJob {
  const { world, database, call } = parts;
  return {
    name: "settle-takeovers",
    everyMs: 300_000,
    async run() {
      const open = await database.asPlatform("settle-takeovers", (tx) =>
        tx
          .selectFrom("takeovers")
          .select(["providerId", "takeoverId", "siteId"])
          .where("state", "=", "switched")
          .where("settledAtMs", "is", null)
          // In turns: those of sites that never come back are in no other's way.
          .orderBy(
            (of) => of.ref("settleAskedAtMs"),
            (order) => order.asc().nullsFirst(),
          )
          .orderBy("switchedAtMs")
          .limit(onceMax)
          .execute(),
      );
      await eachInTurn(world, "settle-takeovers", open, async ({ providerId, ...row }) => {
        const { takeoverId, siteId } = row;
        const expiresAtMs = unixMs(world.clock.wall().atMs + askMs);
        const asked = { to: "read", actor: "hub", expiresAtMs } as const;
        const at = await call(siteId, switchTakeover, asked, askMs).catch(() => null);
        await database.asProvider(providerId, async (tx) => {
          await setTakeover(tx, takeoverId, { settleAskedAtMs: world.clock.wall().atMs });
          if (at !== null) await settleSwitch(parts, tx, providerId, takeoverId, at);
        });
        return 1;
      });
      return open.length === 0 ? "nothing" : `${open.length} asked`;
    },
  };
}
