/** The circuit of a channel as its page shows it. */
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { ChannelDetail } from "../channels/channel-view.ts";
import { readCircuit } from "./circuit.ts";
import { circuitState } from "./circuit-policy.ts";

/** @returns null: the hub calls it as usual */
export async function viewCircuit(tx: Tx, row: ChannelRow, nowMs: number): Promise<ChannelDetail["circuit"]> {
  const circuit = await readCircuit(tx, row);
  const state = circuitState(circuit, nowMs);
  if (circuit === null || state === "closed") return null;
  const { problem, openedAtMs, openUntilMs } = circuit;
  return { state, problem, sinceMs: openedAtMs ?? nowMs, nextTryAtMs: openUntilMs ?? nowMs };
}
