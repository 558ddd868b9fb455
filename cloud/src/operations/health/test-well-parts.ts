/** Facts of a hub on which all is well. */
import type { PartFacts } from "./judge-parts.ts";

export const noTrouble = { hasNewestFailed: false, unsentMs: null };
export const well: PartFacts = {
  database: { engine: "postgresql", latencyMs: 1 },
  jobs: { waiting: 3, dead: 0, oldestWaitMs: 1000 },
  mail: { waiting: 0, failed: 0, hasServer: true },
  channels: { active: 2, failing: 0, initiatorsRefused: 0, unknownPayments: 1 },
  wireguard: { peers: 2, seen: 2, problem: null },
  agents: { online: 9, offline: 0, pending: 1 },
  processor: { busyPercent: 20 },
  clock: { aheadMs: 12 },
  subscriptions: { unpayable: 0 },
  disk: { freeBytes: 50e9 },
  backup: { ageMs: 3_600_000, provedAgeMs: null, provedMsMax: null, ...noTrouble },
  spool: { waiting: 0, bytes: 0, oldestMs: null, held: 0, damaged: 0 },
  upkeep: { failed: [] },
};
