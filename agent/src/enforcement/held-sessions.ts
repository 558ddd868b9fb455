/**
 * Accounts whose paid time ends, or that are suspended, while they are online: their sessions go on, limited (`AfterEnd`), and go on as before
 * once they are paid. Speed changes by CoA, the way to the page by the router's address list. What the router does not do is ended, so that
 * the customer dials again and gets by the log-in what it is worth now. Runs in each round of the sweeper and with news of the hub, so a
 * change is at the router within 5 s, hub reachable or not.
 */
import type { AfterEnd } from "@karibu/protocol/accounts/customer-account";
import type { LogInDecision, LogInRequest } from "../access/access.ts";
import { heldNow, withoutPage } from "../access/decide.ts";
import type { Site } from "../grants/site.ts";
import type { DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import type { RouterControl } from "../ground/router-control.ts";
import { hasSeveralRouters } from "../state/open-sessions.ts";
import { openSessions, type Session } from "../state/site-state.ts";
import type { LiveChanges } from "./live-changes.ts";
import type { Verdicts } from "./verdicts.ts";

export interface HeldSessions {
  /** What the log-in told the router. */
  noteLogIn(request: Pick<LogInRequest, "user" | "mac">, decision: LogInDecision): void;
  /** The router has not been told all yet, or somebody is held, or a run is under way. */
  readonly isBehind: boolean;
  /** Resolves when the router has answered, or has not. Runs one at a time; a call during a run makes another one after it. */
  apply(): Promise<void>;
}

type Held = AfterEnd["way"] | null;

interface Known {
  readonly held: Held;
  /** The router's own entry, which came with the log-in, ends with the session only. */
  readonly byLogIn: boolean;
  /** Nobody remembers what the router was told: it is told so many times more, until it answers. */
  readonly triesLeft?: number;
  /** The router did not hear of it, or did not say so: it is told its speed again, or that the session ends. */
  readonly owes?: "speed" | "end";
  /** Monotonic: not before that. */
  readonly againMs?: number;
}

const isFirst = ({ triesLeft }: Known): boolean => triesLeft !== undefined;
const isDone = (done: string): boolean => done === "ack" || done === "none";
const nameOf = ({ user, mac }: Pick<LogInRequest, "user" | "mac">): string => `${user.toLowerCase()}\n${mac ?? ""}`;

/** Entries have a time-out at the router, and somebody may have removed one: looked at so often. */
const listEveryMs = 60_000;
/** Log-ins whose session has not begun yet. */
const logInsKept = 2000;
/** A router that was away hears within a minute what it missed. */
const againAfterMs = 20_000;
/** One that takes no CoA is not asked for ever. */
const triesMax = 3;

export function createHeldSessions(
  { world, state, catalogue }: Site,
  parts: {
    readonly coa: Pick<DynamicAuthorization, "disconnect"> | null;
    readonly router: RouterControl | null;
    readonly liveChanges: Pick<LiveChanges, "bring" | "isForgotten">;
    readonly verdicts: Pick<Verdicts, "ending" | "goesOn">;
  },
): HeldSessions {
  const { router } = parts;
  const known = new Map<string, Known>();
  /** Log-ins that were held from the beginning, by user and device, the newest last: a customer can come with another MAC each time. */
  const heldLogIns = new Map<string, AfterEnd["way"]>();
  /** Sessions from before the agent's start: nobody remembers what their router was told. */
  let isFirstRound = true;
  let listed = "";
  let listedMs = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | null = null;
  let isAskedAgain = false;
  let isTold = false;

  function heldOf({ grantId, redials }: Session): Held | "none" {
    const known = grantId === null ? null : catalogue.grantOf(grantId);
    if (known === null || known.revokedAtMs !== null) return "none";
    const grant = redials === true ? known : withoutPage(known);
    return grant.afterEnd === undefined ? "none" : heldNow(grant, world.clock.wall());
  }

  async function round(): Promise<void> {
    for (const key of known.keys()) if (!state.open.keys.has(key)) known.delete(key);
    const work: Promise<void>[] = [];
    for (const session of openSessions(state)) {
      const held = heldOf(session);
      // The sweeper ends it, or it is of no such account.
      if (held === "none") known.delete(session.sessionKey);
      else work.push(look(session, held));
    }
    isFirstRound = false;
    await Promise.all(work);
    isTold = await syncList().then(
      () => true,
      (error: unknown) => {
        world.log.warn("suspended-list", { error: String(error) });
        return false;
      },
    );
  }

  /** Never rejects. */
  async function look(session: Session, held: Held): Promise<void> {
    const { sessionKey } = session;
    const before = known.get(sessionKey) ?? atLogIn(session, held);
    if (before.held === held && (before.againMs ?? 0) > world.clock.monotonicMs()) return;
    known.set(sessionKey, { held, byLogIn: before.byLogIn && before.held === held });
    const failed = (error: unknown): void =>
      world.log.warn("held-failed", { session: sessionKey, error: String(error) });
    const told = await tell(session, before, held).catch(failed);
    if (told === "done") return;
    const { triesLeft = 1 } = before;
    const isUnanswered = told === "unanswered";
    if (isUnanswered ? triesLeft === 1 : (await endSession(session).catch(failed)) === true) return;
    if (!isUnanswered) parts.verdicts.goesOn(sessionKey);
    known.set(sessionKey, {
      held,
      byLogIn: known.get(sessionKey)?.byLogIn === true,
      ...(isUnanswered ? { triesLeft: triesLeft - 1 } : { owes: told ?? "speed" }),
      againMs: world.clock.monotonicMs() + againAfterMs,
    });
  }

  function atLogIn(session: Session, held: Held): Known {
    const said = heldLogIns.get(nameOf(session));
    if (said !== undefined) return { held: said, byLogIn: true };
    const isForgotten = isFirstRound || (held === null && parts.liveChanges.isForgotten(session.sessionKey));
    return isForgotten ? { held, byLogIn: false, triesLeft: triesMax } : { held: null, byLogIn: false };
  }

  /** `speed`, `end`: the session is to be ended. `unanswered`: it goes on, and is told again. */
  async function tell(session: Session, before: Known, held: Held): Promise<"done" | "unanswered" | "speed" | "end"> {
    const { owes } = before;
    if (owes === "end") return "end";
    const isUnsure = isFirst(before) || owes !== undefined;
    if (!isUnsure && before.held === held)
      return isDone(await parts.liveChanges.bring(session, false)) ? "done" : "speed";
    const canBeListed =
      router?.suspended !== undefined && session.address !== null && (held !== "page" || (await isAtApi(session)));
    const isStuck = before.byLogIn && before.held === "page" && held !== "page";
    const isElsewhere = held === "page" && !canBeListed && !isFirst(before);
    // It is on no list of ours from here on, whatever becomes of the session.
    if (isElsewhere) known.set(session.sessionKey, { held, byLogIn: true });
    if (isStuck || isElsewhere) return "end";
    const done = await parts.liveChanges.bring(session, isUnsure);
    world.log.info("session-held", { session: session.sessionKey, held, done });
    // A limit that the router may have heard of can't be taken off but by a log-in.
    if (isDone(done) && !(owes !== undefined && done === "none")) return "done";
    // Nobody is put off because the agent was started again at a router that takes no CoA.
    return isFirst(before) && held === null ? "unanswered" : "speed";
  }

  /** The list is the API's router's. At another router of the site the customer dials again, and the log-in brings that router's own entry. */
  async function isAtApi({ user, address }: Session): Promise<boolean> {
    if (!hasSeveralRouters(state.open) || router === null) return true;
    return (await router.activeSessions()).some((row) => row.user === user && row.address === address);
  }

  /** The customer dials again at once. A router that does not listen to RADIUS is asked by its API. False: neither reached the session. */
  async function endSession(session: Session): Promise<boolean> {
    parts.verdicts.ending(session.sessionKey, "new-limits");
    if ((await parts.coa?.disconnect(session)) === "ack") return true;
    const rows = (await router?.activeSessions()) ?? [];
    const row = rows.find(({ user, address }) => user === session.user && address === session.address);
    if (row !== undefined) await router?.removeSession(row);
    return row !== undefined;
  }

  /** The router's list has the addresses of those that are to see the page, and no others of ours. */
  async function syncList(): Promise<void> {
    const { suspended } = router ?? {};
    if (suspended === undefined) return;
    const wanted = new Set<string>();
    for (const session of openSessions(state)) {
      const { held = null, byLogIn = false } = known.get(session.sessionKey) ?? {};
      if (held === "page" && !byLogIn && session.address !== null) wanted.add(session.address);
    }
    const text = [...wanted].sort().join();
    // A site without such customers never asks: a slow router's answers are for those who must go offline.
    if (text === "" && listed === "" && known.size === 0) return;
    const nowMs = world.clock.monotonicMs();
    const isDue = nowMs - listedMs >= listEveryMs && (text !== "" || listedMs === Number.NEGATIVE_INFINITY);
    if (text === listed && !isDue) return;
    const rows = await suspended.read();
    const own = rows.filter(({ isOwn }) => isOwn);
    const there = new Set(own.map(({ address }) => address));
    await Promise.all([
      ...[...wanted].filter((address) => !there.has(address)).map((address) => suspended.add(address)),
      ...own.filter(({ address }) => !wanted.has(address)).map(({ id }) => suspended.remove(id)),
    ]);
    [listed, listedMs] = [text, nowMs];
    // Paid while no agent ran: what came with the log-in goes with the session.
    const stuck = new Set(rows.filter(({ isOwn }) => !isOwn).map(({ address }) => address));
    for (const session of openSessions(state))
      if (known.get(session.sessionKey)?.held === null && stuck.has(session.address ?? "")) await endSession(session);
  }

  async function run(): Promise<void> {
    do {
      isAskedAgain = false;
      await round();
    } while (isAskedAgain);
  }

  return {
    noteLogIn(request, decision) {
      if (decision.kind !== "accept") return;
      const [name, { held }] = [nameOf(request), decision.limits];
      heldLogIns.delete(name);
      if (held === undefined) return;
      heldLogIns.set(name, held);
      if (heldLogIns.size > logInsKept) heldLogIns.delete(heldLogIns.keys().next().value as string);
    },
    get isBehind() {
      return !isTold || known.size > 0 || running !== null;
    },
    apply() {
      if (running !== null) isAskedAgain = true;
      running ??= run().finally(() => {
        running = null;
      });
      return running;
    },
  };
}
