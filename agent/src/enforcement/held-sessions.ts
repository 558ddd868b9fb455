/**
 * Accounts whose paid time ends, or that are suspended, while they are online: their sessions go on, limited (`AfterEnd`), and go on as before
 * once they are paid. Speed changes by CoA, the way to the page by the router's address list. What the router does not do is ended, so that
 * the customer dials again and gets by the log-in what it is worth now. Runs in each round of the sweeper and with news of the hub, so a
 * change is at the router within 5 s, hub reachable or not.
 */
import type { AfterEnd } from "@karibu/protocol/accounts/customer-account";
import type { LogInDecision, LogInRequest } from "../access/access.ts";
import { heldNow } from "../access/decide.ts";
import type { Site } from "../grants/site.ts";
import type { DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import type { RouterControl } from "../ground/router-control.ts";
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
  readonly isForgotten?: true;
}

const isFirst = ({ isForgotten }: Known): boolean => isForgotten === true;
const isDone = (done: string): boolean => done === "ack" || done === "none";
const nameOf = ({ user, mac }: Pick<LogInRequest, "user" | "mac">): string => `${user.toLowerCase()}\n${mac ?? ""}`;

/** Entries have a time-out at the router, and somebody may have removed one: looked at so often. */
const listEveryMs = 60_000;

export function createHeldSessions(
  { world, state, catalogue }: Site,
  parts: {
    readonly coa: Pick<DynamicAuthorization, "disconnect"> | null;
    readonly router: RouterControl | null;
    readonly liveChanges: Pick<LiveChanges, "bring">;
    readonly verdicts: Pick<Verdicts, "ending">;
  },
): HeldSessions {
  const { router } = parts;
  const known = new Map<string, Known>();
  /** Log-ins that were held from the beginning, by user and device; at most one for each account's device. */
  const heldLogIns = new Map<string, AfterEnd["way"]>();
  /** Sessions from before the agent's start: nobody remembers what their router was told. */
  let isFirstRound = true;
  let listed = "";
  let listedMs = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | null = null;
  let isAskedAgain = false;
  let isTold = false;

  function heldOf({ grantId }: Session): Held | "none" {
    const grant = grantId === null ? null : catalogue.grantOf(grantId);
    if (grant === null || grant.revokedAtMs !== null) return "none";
    return grant.afterEnd === undefined ? "none" : heldNow(grant, world.clock.wall());
  }

  async function round(): Promise<void> {
    for (const key of known.keys()) if (!state.open.keys.has(key)) known.delete(key);
    const work: Promise<void>[] = [];
    for (const session of openSessions(state)) {
      const held = heldOf(session);
      // The sweeper ends it, or it is of no such account.
      if (held === "none") known.delete(session.sessionKey);
      else work.push(look(session, held).catch((error: unknown) => fail(session, error)));
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

  async function look(session: Session, held: Held): Promise<void> {
    const before = known.get(session.sessionKey) ?? atLogIn(session, held);
    known.set(session.sessionKey, { held, byLogIn: before.byLogIn && before.held === held });
    if (isFirst(before) || before.held !== held) return change(session, before, held);
    const done = await parts.liveChanges.bring(session, false);
    if (!isDone(done)) await endSession(session);
  }

  function atLogIn(session: Session, held: Held): Known {
    const said = heldLogIns.get(nameOf(session));
    if (said !== undefined) return { held: said, byLogIn: true };
    return isFirstRound ? { held, byLogIn: false, isForgotten: true } : { held: null, byLogIn: false };
  }

  async function change(session: Session, before: Known, held: Held): Promise<void> {
    const canBeListed =
      router?.suspended !== undefined && session.address !== null && (held !== "page" || (await isAtApi(session)));
    const isStuck = before.byLogIn && before.held === "page";
    const isElsewhere = held === "page" && !canBeListed && !isFirst(before);
    // It is on no list of ours from here on, whatever becomes of the session.
    if (isElsewhere) known.set(session.sessionKey, { held, byLogIn: true });
    if (isStuck || isElsewhere) return endSession(session);
    const done = await parts.liveChanges.bring(session, isFirst(before));
    world.log.info("session-held", { session: session.sessionKey, held, done });
    // Nobody is put off because the agent was started again at a router that takes no CoA.
    if (!isDone(done) && !(isFirst(before) && held === null)) await endSession(session);
  }

  /** The list is the API's router's. At another router of the site the customer dials again, and the log-in brings that router's own entry. */
  async function isAtApi({ user, address }: Session): Promise<boolean> {
    if (state.open.byNas.size <= 1 || router === null) return true;
    return (await router.activeSessions()).some((row) => row.user === user && row.address === address);
  }

  async function fail(session: Session, error: unknown): Promise<void> {
    world.log.warn("held-failed", { session: session.sessionKey, error: String(error) });
    await endSession(session);
  }

  /** The customer dials again at once. A router that does not listen to RADIUS is asked by its API. */
  async function endSession(session: Session): Promise<void> {
    parts.verdicts.ending(session.sessionKey, "new-limits");
    if ((await parts.coa?.disconnect(session)) === "ack" || router === null) return;
    const rows = await router.activeSessions();
    const row = rows.find(({ user, address }) => user === session.user && address === session.address);
    if (row !== undefined) await router.removeSession(row.id);
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
      const { held } = decision.limits;
      if (held === undefined) heldLogIns.delete(nameOf(request));
      else heldLogIns.set(nameOf(request), held);
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
