/** The shell around `circuit-policy.ts`: one row for a channel that fails, shared by all processes. */
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { afterFailure, type Circuit, type CircuitState, circuitState, duringTry } from "./circuit-policy.ts";

export interface CircuitParts {
  readonly world: World;
  readonly database: Database;
}

type ChannelId = Pick<ChannelRow, "provider_id" | "channel_id">;

export interface CircuitRow extends Circuit {
  readonly problem: string;
}

/** @returns null: it has not failed since its last success */
export async function readCircuit(tx: Tx, id: ChannelId): Promise<CircuitRow | null> {
  const row = await tx
    .selectFrom("channel_circuits")
    .selectAll()
    .where("provider_id", "=", id.provider_id)
    .where("channel_id", "=", id.channel_id)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return null;
  const { failures, problem, opened_at_ms: openedAtMs, open_until_ms: openUntilMs } = row;
  return { failures, problem, openedAtMs, openUntilMs };
}

/** May the hub call this channel by itself now? Of a half-open one, one caller gets "half-open", and may call once; others get "open". */
export function takeTurn({ world, database }: CircuitParts, id: ChannelId): Promise<CircuitState> {
  return database.asProvider(id.provider_id, async (tx) => {
    const nowMs = world.clock.wall().atMs;
    const circuit = await readCircuit(tx, id);
    const state = circuitState(circuit, nowMs);
    if (circuit !== null && state === "half-open") await write(tx, id, { ...circuit, ...duringTry(circuit, nowMs) });
    return state;
  });
}

/** It answered. What it answered does not matter here. */
export function noteSuccess({ database }: CircuitParts, id: ChannelId): Promise<void> {
  return database.asProvider(id.provider_id, async (tx) => {
    await tx
      .deleteFrom("channel_circuits")
      .where("provider_id", "=", id.provider_id)
      .where("channel_id", "=", id.channel_id)
      .execute();
  });
}

/** It did not answer, or could not be asked. @returns the state since then */
export function noteFailure({ world, database }: CircuitParts, id: ChannelId, problem: string): Promise<CircuitState> {
  return database.asProvider(id.provider_id, async (tx) => {
    const nowMs = world.clock.wall().atMs;
    const after = afterFailure(await readCircuit(tx, id), nowMs);
    await write(tx, id, { ...after, problem: cutText(problem, 300) }, nowMs);
    if (after.openedAtMs === nowMs) world.log.warn("channel-circuit-opened", { channelId: id.channel_id, problem });
    return circuitState(after, nowMs);
  });
}

async function write(tx: Tx, { provider_id, channel_id }: ChannelId, circuit: CircuitRow, failedAtMs?: number) {
  const { failures, problem, openedAtMs, openUntilMs } = circuit;
  const fields = { failures, problem, opened_at_ms: openedAtMs, open_until_ms: openUntilMs };
  const failed = failedAtMs === undefined ? {} : { failed_at_ms: failedAtMs };
  await tx
    .insertInto("channel_circuits")
    .values({ provider_id, channel_id, ...fields, failed_at_ms: failedAtMs ?? 0 })
    .onConflict((conflict) => conflict.columns(["provider_id", "channel_id"]).doUpdateSet({ ...fields, ...failed }))
    .execute();
}
