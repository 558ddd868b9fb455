/**
 * Staff who log in to the site's routers with a password that the hub made for some minutes. It stands before `Access`: what wants into the router
 * never reaches the guests' rights, and a router password never reaches the hotspot.
 *
 * Attackers: a guest with a voucher's code (it opens no router: names without a router password are refused here); a guest who heard a router
 * password (the hotspot refuses it, and his wrong tries there lock nobody out); who guesses at the router's SSH (five wrong ones end the
 * password); a customer whose account is called like a router password (what is counted of him is a guest's); who sends RADIUS himself (source and
 * secret, as for every NAS, and here a Message-Authenticator always); who fills the day's records first, so that his log-in is not told (each password's
 * first log-in, and its end by wrong tries, always are); who finds the stick (nothing of this is on it); a repeated order (it lengthens nothing, and
 * what ended stays ended; after a restart only the hub itself could repeat one, within its quarter of an hour).
 */

import type { EventOf } from "@karibu/protocol/journal/record";
import { isRouterLogInName, routerLogInGroups, routerLogInLifeMs } from "@karibu/protocol/router/router-log-in";
import type { allowRouterLogIn } from "@karibu/protocol/rpc/router/router-log-ins";
import type { Rpc } from "@karibu/protocol/rpc/rpc";
import type { Timer, World } from "@karibu/protocol/world";
import type { Access, AccountingReport, LogInDecision, LogInRequest, NasDoor } from "../access/access.ts";
import type { Recorder } from "../state/recorder.ts";
import { decideRouterLogIn, lifeMs, type RouterPassword } from "./router-log-in-policy.ts";

type Order = typeof allowRouterLogIn extends Rpc<infer Params, unknown> ? Params : never;
type Event = EventOf<"router-log-in">;

export interface RouterLogIns {
  allow(order: Order): "allowed" | "over" | "name-taken";
  /** From now on this password opens nothing, and a repeated order does not bring it back. */
  end(passwordId: string): void;
  /** Answers what is about the router itself, and hands on what is about guests. */
  before(access: Access): NasDoor;
}

export interface RouterLogInParts {
  readonly recorder: Pick<Recorder, "record">;
  /** A customer has this name: an account, or a voucher's code. */
  readonly isTaken: (name: string) => boolean;
}

/** More people than this are not at one site's routers at once. */
const aliveMax = 50;
/** REST and API log in anew for each request, and flash wears: one record a minute for a name, a place and a kind, and so many a day. */
const everyMs = 60_000;
const dayMs = 86_400_000;
const recordsPerDayMax = 400;
const message = "This name and password do not open this router.";

export function createRouterLogIns({ clock }: Pick<World, "clock">, parts: RouterLogInParts): RouterLogIns {
  const alive = new Map<string, RouterPassword>();
  const timers = new Map<string, Timer>();
  /** Until when an order for this password may arrive again. */
  const over = new Map<string, number>();
  const recorded = new Map<string, number>();
  let day = { sinceMs: clock.monotonicMs(), records: 0 };

  function end(passwordId: string): void {
    const nowMs = clock.monotonicMs();
    for (const [id, untilMs] of over) if (nowMs >= untilMs) over.delete(id);
    over.set(passwordId, nowMs + 2 * routerLogInLifeMs);
    timers.get(passwordId)?.cancel();
    timers.delete(passwordId);
    for (const [name, known] of alive) if (known.passwordId === passwordId) alive.delete(name);
  }

  /** Null: it is not news, or there were too many today. `always`: of those there are few, however often somebody tries. */
  function record(event: Omit<Event, "kind">, always = false): Promise<void> | null {
    const nowMs = clock.monotonicMs();
    if (nowMs - day.sinceMs >= dayMs) day = { sinceMs: nowMs, records: 0 };
    for (const [key, atMs] of recorded) if (nowMs - atMs >= everyMs) recorded.delete(key);
    const key = JSON.stringify([event.name, event.what, event.from, event.nas]);
    if (!always && (recorded.has(key) || day.records >= recordsPerDayMax)) return null;
    recorded.set(key, nowMs);
    day.records += 1;
    return parts.recorder.record({ kind: "router-log-in", ...event });
  }

  /** A disk that refuses must not keep a person from the router: they may be there to mend it. */
  const note = (event: Omit<Event, "kind">, always = false) => void record(event, always)?.catch(() => {});

  function logIn(request: LogInRequest): ReturnType<NasDoor["logIn"]> {
    const { user: name, nas, toRouter } = request;
    const known = alive.get(name);
    const from = cut(toRouter?.from);
    const decision = decideRouterLogIn(known, request, clock.monotonicMs());
    if (decision.kind === "accept" && known !== undefined) {
      note({ name, what: "accepted", from, nas }, !known.wasIn);
      alive.set(name, { ...known, wasIn: true });
      return { kind: "router-log-in", group: decision.group, password: decision.ntHash };
    }
    if (decision.kind === "wrong-password" && known !== undefined) {
      note({ name, what: decision.isLocked ? "locked" : "refused", from, nas }, decision.isLocked);
      if (decision.isLocked) end(known.passwordId);
      else alive.set(name, { ...known, wrong: decision.wrong });
      return refused("wrong-password");
    }
    return refused("unknown-user");
  }

  function account(report: AccountingReport): Promise<void> | null | "guest" {
    if (!isOfStaff(report)) return "guest";
    const { status, user, from, nas } = report;
    if (status === "interim") return null;
    return record({ name: user, what: status === "start" ? "began" : "ended", from: cut(from), nas });
  }

  return {
    allow({ passwordId, name, ntHash, level, expiresAtMs }) {
      const has = alive.get(name);
      if (has !== undefined) return has.passwordId === passwordId ? "allowed" : "name-taken";
      const leftMs = lifeMs(expiresAtMs, clock.wall().atMs, routerLogInLifeMs);
      if (leftMs === 0 || over.has(passwordId) || alive.size >= aliveMax) return "over";
      if (parts.isTaken(name)) return "name-taken";
      const hash = new Uint8Array(Buffer.from(ntHash, "hex"));
      const untilMs = clock.monotonicMs() + leftMs;
      alive.set(name, { passwordId, group: routerLogInGroups[level], ntHash: hash, untilMs, wrong: 0, wasIn: false });
      timers.set(
        passwordId,
        clock.after(leftMs, () => end(passwordId)),
      );
      return "allowed";
    },
    end,
    before: (access) => ({
      prepare: (request) => (isOurs(request) ? null : (access.prepare?.(request) ?? null)),
      logIn: (request, prepared) => (isOurs(request) ? logIn(request) : access.logIn(request, prepared)),
      account(report) {
        const done = account(report);
        return done === "guest" ? access.account(report) : done;
      },
      nasRestarted: access.nasRestarted,
    }),
  };

  function isOurs({ toRouter, user }: LogInRequest): boolean {
    return toRouter !== undefined || alive.has(user);
  }
}

/**
 * By the name alone a customer's account that is called so would be online without being counted, cut or ended: guests and customers have an address,
 * PPP, or the class that their accept gave them.
 */
const isOfStaff = ({ user, grantId, address, service }: AccountingReport): boolean =>
  isRouterLogInName(user) && grantId === null && address === null && service === "hotspot";

const cut = (from: string | null | undefined) => from?.slice(0, 64) ?? null;
const refused = (reason: "unknown-user" | "wrong-password"): LogInDecision => ({ kind: "reject", reason, message });
