/** The link to the hub with what hangs on it: enrolment, the hub's time, what the hub may ask, and being revoked. */

import { Fault } from "@karibu/protocol/fault";
import type { UnixMs } from "@karibu/protocol/quantities";
import { disconnectSession } from "@karibu/protocol/rpc/disconnect-session";
import { type ReleaseLeaseResult, releaseLease } from "@karibu/protocol/rpc/release-lease";
import { complaint } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import type * as z from "zod/mini";
import type { SiteClock } from "../clock/site-clock.ts";
import type { Adapters } from "../ground/adapters.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { Journal } from "../journal/journal.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { obtainIdentity } from "../sync/enrol.ts";
import { createHubLink } from "../sync/link.ts";

export interface HubOptions {
  readonly url: string;
  readonly enrolToken: string | null;
}

interface HubFaceParts {
  readonly adapters: Pick<Adapters, "folder" | "dialHub" | "post">;
  readonly options: HubOptions | null;
  readonly clock: SiteClock;
  readonly journal: Journal;
  readonly feed: FeedStore;
  readonly version: string;
  /** The internet is known to be there, whatever the hub is. */
  readonly isWanUp: () => boolean;
  /** False: no such session is open. */
  readonly kick: (sessionKey: string) => boolean;
  /** The hub has more of this epoch than the journal. */
  readonly onWentBack: (epoch: string) => void;
  /** Another site wants the lease of this grant. */
  readonly releaseLease: (grantId: string, leaseAtMs: UnixMs | undefined) => Promise<ReleaseLeaseResult>;
}

export interface HubFace {
  readonly link: HubLink;
  /** What only a person can mend (not enrolled, revoked), in a sentence; null: nothing. */
  readonly problem: string | null;
  close(): Promise<void>;
}

export function createHubFace(world: World, parts: HubFaceParts): HubFace {
  const { adapters, options, clock, journal, feed } = parts;
  const giveUp = new AbortController();
  let problem: string | null = null;

  /** What the hub told belongs to a site that this device serves no more; its journal must not mix with another's. */
  async function onMoved(): Promise<void> {
    await feed.clear();
    await journal.startEpoch();
  }

  const link = createHubLink(world, {
    dial: options === null ? null : adapters.dialHub,
    async identity() {
      if (options === null || adapters.post === undefined) {
        throw new Fault("hub/not-enrolled", "there is no way to enrol", { retry: "never" });
      }
      const { url, enrolToken } = options;
      const { post, folder } = adapters;
      const onProblem = (found: string | null) => {
        problem = found;
      };
      const enrolment = { hubUrl: url, token: enrolToken, post, signal: giveUp.signal, onMoved, onProblem };
      return obtainIdentity(world, folder, enrolment).catch((error: unknown) => {
        if (error instanceof Fault) problem = [error.message, error.advice.hint].filter(Boolean).join(". ");
        throw error;
      });
    },
    journal,
    feed,
    agentVersion: parts.version,
    isWanUp: parts.isWanUp,
    requests: {
      [disconnectSession.method]: async (params) => {
        const { sessionKey } = checked(disconnectSession.params, params);
        return { kind: parts.kick(sessionKey) ? "ending" : "not-open" };
      },
      [releaseLease.method]: async (params) => {
        const { grantId, leaseAtMs } = checked(releaseLease.params, params);
        return await parts.releaseLease(grantId, leaseAtMs);
      },
    },
    // The stamp was made somewhere within the round trip: half of it is the best guess.
    onWelcome: ({ timeMs, roundTripMs }) => clock.hubTold(timeMs + roundTripMs / 2),
    onWentBack: parts.onWentBack,
    onRevoked() {
      problem = "The hub has revoked this device: make a new enrolment token for the site.";
      feed.clear().catch((error: unknown) => world.log.error("feed-not-cleared", { error: String(error) }));
    },
  });

  return {
    link,
    get problem() {
      return problem;
    },
    async close() {
      giveUp.abort();
      await link.close();
    },
  };
}

/** Throws a Fault that names the field. */
function checked<T>(schema: z.ZodMiniType<T>, params: unknown): T {
  const parsed = schema.safeParse(params);
  if (parsed.success) return parsed.data;
  const { field, message } = complaint(parsed.error);
  throw new Fault("link/bad-params", `${field}: ${message}`, { retry: "never" });
}
