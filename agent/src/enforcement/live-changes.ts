/** Tells the router about grants that changed while they are in use. Looks when the hub sent news, not for every packet. */
import type { Grant } from "@karibu/protocol/grant";
import type { RouterAnswer } from "../access/access.ts";
import type { SiteDesk } from "../access/admit.ts";
import { cutOffOf } from "../access/decide.ts";
import type { LogInTokens } from "../access/log-in-tokens.ts";
import type { RouterControl } from "../ground/router-control.ts";
import { openSessions, type Session } from "../state/site-state.ts";
import { type Given, type LiveChange, liveChange } from "./live-change-policy.ts";

/** CoA-Request. `radius/disconnect.ts` implements it. */
export interface SessionChanger {
  change(
    session: Pick<Session, "user" | "sessionId" | "address" | "mac">,
    change: { readonly rate?: NonNullable<RateChange>; readonly sessionSeconds?: number },
  ): Promise<RouterAnswer>;
}
type RateChange = Extract<LiveChange, { kind: "change" }>["rate"];

export interface LiveChanges {
  /** Notes what each open session has now been given; those that are known already stay as they are. */
  note(): void;
  /** The clock was corrected: ends are at other times now without having moved. */
  noteAnew(): void;
  /** Compares, and tells the router. Resolves when it has answered, or not. */
  apply(): Promise<void>;
}

export function createLiveChanges(
  desk: SiteDesk,
  parts: {
    readonly changer: SessionChanger | null;
    readonly router: RouterControl | null;
    readonly tokens: LogInTokens;
  },
): LiveChanges {
  const { world, state, books } = desk;
  const givenTo = new Map<string, Given>();

  function grantOf({ grantId }: Session): Grant | null {
    return grantId === null ? null : books.grantOf(grantId);
  }

  function note(): void {
    for (const key of givenTo.keys()) if (!state.open.keys.has(key)) givenTo.delete(key);
    for (const session of openSessions(state)) {
      if (givenTo.has(session.sessionKey)) continue;
      const grant = grantOf(session);
      if (grant !== null) givenTo.set(session.sessionKey, givenOf(grant, world.clock.wall().atMs));
    }
  }

  async function tell(session: Session, grant: Grant, given: Given): Promise<void> {
    const now = givenOf(grant, world.clock.wall().atMs);
    const change = liveChange(given, now, session.startedAtMs);
    givenTo.set(session.sessionKey, now);
    if (change.kind === "none") return;
    const done = change.kind === "change" ? await sendChange(session, change) : await renew(session, grant);
    world.log.info("session-changed", { session: session.sessionKey, by: change.kind, done });
  }

  async function sendChange(session: Session, change: Extract<LiveChange, { kind: "change" }>): Promise<string> {
    if (parts.changer === null) return "no-coa";
    const { rate, sessionSeconds } = change;
    return await parts.changer.change(session, {
      ...(rate === null ? {} : { rate }),
      ...(sessionSeconds === null ? {} : { sessionSeconds }),
    });
  }

  /** Off and on again in one breath, with a fresh one-time log-in. Without the API the old limits hold until they end. */
  async function renew({ user, mac, address }: Session, grant: Grant): Promise<string> {
    const { router, tokens } = parts;
    if (router === null || address === null) return "at-next-log-in";
    const row = (await router.activeSessions()).find(
      (active) => active.user === user && active.address === address && (mac === null || active.mac === mac),
    );
    if (row === undefined) return "not-there";
    const slots = state.slots.get(grant.grantId) ?? [];
    const device = slots.find((slot) => slot.mac === mac)?.device ?? slots[0]?.device;
    if (device === undefined) return "no-slot";
    const secret = tokens.issue({ grantId: grant.grantId, device, mac, address });
    await router.removeSession(row.id);
    await router.logIn({ user: secret, password: secret, address, mac });
    return "renewed";
  }

  return {
    note,
    noteAnew() {
      givenTo.clear();
      note();
    },
    async apply() {
      const changed = openSessions(state).map(async (session) => {
        const given = givenTo.get(session.sessionKey);
        const grant = grantOf(session);
        if (given === undefined || grant === null || grant.revokedAtMs !== null) return;
        await tell(session, grant, given);
      });
      for (const result of await Promise.allSettled(changed)) {
        if (result.status === "rejected") world.log.warn("live-change-failed", { error: String(result.reason) });
      }
      note();
    },
  };
}

function givenOf(grant: Grant, nowMs: number): Given {
  const { downKbps, upKbps, burst, dataBytes, useSeconds } = grant.terms;
  return { downKbps, upKbps, burst, dataBytes, useSeconds, endsAtMs: cutOffOf(grant, nowMs) };
}
