/**
 * A change that could cut the router's way to the hub, made inside RouterOS' safe mode on a connection of its own. It is released once the
 * hub has answered a round trip, else unrolled; and RouterOS itself undoes it some two seconds after that connection ends.
 * @see RouterOS manual, Configuration management, "Safe mode"
 */
import { Fault } from "@karibu/protocol/fault";
import { ping } from "@karibu/protocol/rpc/router/ping";
import { sleep, type World } from "@karibu/protocol/world";
import type { HubLink } from "../ground/hub-link.ts";
import type { LiveRouter, RouterCommandOptions, RouterSession } from "../ground/live-router.ts";

/** From the change to the hub's answer; what is left of a minute is for reading back and undoing. */
const roundTripMsMax = 40_000;
const oneTryMs = 8000;
const betweenTriesMs = 1000;
const commandMsMax = 8000;
/** RouterOS undoes an abandoned safe mode within this. */
const undoneAfterMs = 4000;

export type SafeOutcome = "kept" | "undone";

export interface SafeParts {
  readonly live: LiveRouter;
  readonly hub: Pick<HubLink, "call">;
  /** What the agent had set on the router meanwhile is undone as well. */
  readonly onUndone: () => void;
}

/**
 * `change` runs inside; when it rejects, nothing of it is kept and the rejection is passed on. Rejects with `RouterTrap` when the router
 * gives no safe mode: it has none, or somebody else is inside.
 */
export async function changeSafely<Result>(
  world: World,
  { live, hub, onUndone }: SafeParts,
  actor: string,
  change: (session: RouterSession) => Promise<Result>,
): Promise<{ readonly outcome: SafeOutcome; readonly result: Result }> {
  const session = await live.openSession();
  // Its own end never waits behind what people read.
  const given: RouterCommandOptions = { lane: "enforcement", timeoutMs: commandMsMax, actor };
  let isInside = false;

  async function unroll(): Promise<void> {
    isInside = false;
    const isUnrolled = await session.command(["/safe-mode/unroll"], given).then(
      () => true,
      () => false,
    );
    session.close();
    if (!isUnrolled) await sleep(world.clock, undoneAfterMs);
    onUndone();
  }

  try {
    await session.command(["/safe-mode/take", "=on-error=abort"], given);
    isInside = true;
    const result = await change(session);
    const hasAnswered = await roundTrip(world, hub);
    const isKept =
      hasAnswered &&
      (await session.command(["/safe-mode/release"], given).then(
        () => true,
        () => false,
      ));
    isInside = isInside && !isKept;
    if (!isKept) await unroll();
    return { outcome: isKept ? "kept" : "undone", result };
  } catch (error) {
    if (isInside) await unroll();
    throw error;
  } finally {
    session.close();
  }
}

/** Any answer of the hub proves the way, a refusal too: a hub need not know the question. */
async function roundTrip({ clock }: World, hub: Pick<HubLink, "call">): Promise<boolean> {
  const untilMs = clock.monotonicMs() + roundTripMsMax;
  for (;;) {
    const leftMs = untilMs - clock.monotonicMs();
    if (leftMs <= 0) return false;
    try {
      await hub.call(ping, {}, Math.min(oneTryMs, leftMs));
      return true;
    } catch (error) {
      if (error instanceof Fault && (error.code === "hub/refused" || error.code === "hub/bad-answer")) return true;
    }
    await sleep(clock, Math.min(betweenTriesMs, Math.max(1, untilMs - clock.monotonicMs())));
  }
}
