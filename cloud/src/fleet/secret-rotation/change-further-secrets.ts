/** Tells agents which secrets their further routers may have: when one changes, and with each link. The routers ask the hub by themselves. */
import { Fault } from "@karibu/protocol/fault";
import { keepRouterSecret } from "@karibu/protocol/rpc/router/keep-router-secret";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Database } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import {
  type DueSecret,
  noteSecretTry,
  openOrder,
  type SecretOrder,
  type SecretOutcome,
  takeDueSecrets,
} from "../router-services/further-secret-rows.ts";
import { outcomeOfFault } from "./rotation-policy.ts";
import type { RotationParts } from "./rotation-rows.ts";

export interface FurtherSecretParts extends RotationParts {
  readonly database: Database;
  readonly callSite: CallSite;
  readonly processId: string;
  readonly emit: Emit;
}

/** The agent answers from what it knows: the router itself is not asked. */
const answerMsMax = 20_000;

/** True: there may be more. */
export async function changeFurtherSecrets(
  parts: FurtherSecretParts,
  { max, signal }: { readonly max: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const { world, database, processId } = parts;
  const round = { processId, nowMs: world.clock.wall().atMs, max };
  const due = await database.asPlatform("secret-rotation", (tx) => takeDueSecrets(tx, round));
  await Promise.all(due.map((one) => change(parts, one, signal)));
  return due.length === max;
}

async function change(parts: FurtherSecretParts, due: DueSecret, signal: AbortSignal): Promise<void> {
  const { world, database, emit } = parts;
  const { providerId, siteId } = due;
  const order = await database.asProvider(providerId, (tx) => openOrder(parts, tx, due));
  if (order === null) return;
  const outcome = await send(parts, siteId, order, signal);
  if (signal.aborted && outcome !== "kept") return;
  await database.asProvider(providerId, async (tx) => {
    await noteSecretTry(parts, tx, { due, order, outcome });
    await emit(tx, providerId, { topic: "set-up", id: siteId, action: "router-secret-told" });
  });
  world.log.info("router-secret", { siteId, outcome });
}

async function send(
  { callSite }: FurtherSecretParts,
  siteId: string,
  order: SecretOrder,
  signal: AbortSignal,
): Promise<SecretOutcome> {
  try {
    return (await callSite(siteId, keepRouterSecret, order as never, answerMsMax, signal)).kind;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const outcome = outcomeOfFault(error);
    if (outcome.kind === "done") return "refused";
    return outcome.problem === "old-agent" || outcome.problem === "silent" ? outcome.problem : "refused";
  }
}
