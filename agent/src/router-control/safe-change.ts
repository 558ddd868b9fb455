/**
 * A change that could cut the router's way to the hub, made inside RouterOS' safe mode on a connection of its own. It is released once the
 * hub has answered a round trip, else unrolled; and RouterOS itself undoes it some two seconds after that connection ends. Where the change
 * cut that connection's own way, which RouterOS notices minutes later, the dead man on the router unrolls it (`dead-man.ts`).
 * @see RouterOS manual, Configuration management, "Safe mode"
 */
import { Fault } from "@karibu/protocol/fault";
import { deadMan } from "@karibu/protocol/router/dead-man";
import { ping } from "@karibu/protocol/rpc/router/ping";
import { sleep, type World } from "@karibu/protocol/world";
import type { HubLink } from "../ground/hub-link.ts";
import type { LiveRouter, RouterCommandOptions, RouterSession } from "../ground/live-router.ts";
import { RouterTrap } from "../routeros/router-api.ts";
import { armDeadMan, disarmDeadMan } from "./dead-man.ts";

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
  /** The router is behind its own line: nothing is changed there without a dead man. */
  readonly isRemote: boolean;
  /** What the agent had set on the router meanwhile is undone as well. */
  readonly onUndone: () => void;
}

/**
 * `change` runs inside; when it rejects, nothing of it is kept and the rejection is passed on. Rejects with `RouterTrap` when the router
 * gives no safe mode: it has none, or somebody else is inside; or has no dead man, where one is needed.
 */
export async function changeSafely<Result>(
  world: World,
  { live, hub, isRemote, onUndone }: SafeParts,
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
    if (isUnrolled) await disarmDeadMan(session, given);
    session.close();
    if (!isUnrolled) await sleep(world.clock, undoneAfterMs);
    onUndone();
  }

  try {
    const armedAtMs = world.clock.monotonicMs();
    const isArmed = await armDeadMan(session, given);
    if (isRemote && !isArmed) throw new RouterTrap(noDeadMan, null);
    await session.command(["/safe-mode/take", "=on-error=abort"], given).catch(async (error: unknown) => {
      if (isArmed) await disarmDeadMan(session, given);
      throw error;
    });
    isInside = true;
    const result = await change(session);
    const hasAnswered = await roundTrip(world, hub);
    const isReleased =
      hasAnswered &&
      (await session.command(["/safe-mode/release"], given).then(
        () => true,
        () => false,
      ));
    // A dead man may have been before it: then reading back tells.
    const isKept = isReleased && !(isArmed && world.clock.monotonicMs() - armedAtMs >= deadMan.aliveSeconds * 1000);
    if (isKept) isInside = false;
    else await unroll();
    if (isKept && isArmed) await disarmDeadMan(session, given);
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

const noDeadMan =
  "This router's set-up has no dead man yet: a change that cuts its line would stay for minutes. Import its newest script (repair.rsc).";
