/**
 * The last log-ins and how they ended, in memory, for whoever looks for why a phone does not get in. No codes, no
 * passwords; of a MAC only its end, because guests can read `/status` too. Abuse raises alarms, and those are journaled.
 */
import type { Clock } from "@karibu/protocol/world";
import type { LogInDecision, LogInRequest } from "./access.ts";

export interface LogInRecord {
  note(request: LogInRequest, decision: LogInDecision): void;
  /** Newest first. */
  last(count: number): LoggedLogIn[];
}

export interface LoggedLogIn {
  readonly atMs: number;
  readonly nas: string;
  /** The end of the MAC: `…:0E:01`; null: the NAS told none. */
  readonly device: string | null;
  readonly address: string | null;
  /** What was used: told where it was let in, else only that it was refused. */
  readonly by: "voucher" | "account" | "purchase" | "unknown";
  /** `accept`, or why not. */
  readonly outcome: string;
}

const keptMax = 200;

interface Entry {
  atMs: number;
  nas: string;
  mac: string | null;
  address: string | null;
  /** Null: refused. */
  grantId: string | null;
  outcome: string;
}

/** Entries are written over in place: this stands in the hot path, and what lives for 200 log-ins is dear to collect. */
export function createLogInRecord(clock: Pick<Clock, "wall">): LogInRecord {
  const ring: Entry[] = [];
  let next = 0;

  function shown({ atMs, nas, mac, address, grantId, outcome }: Entry): LoggedLogIn {
    const device = mac === null ? null : `…${mac.slice(-6)}`;
    return { atMs, nas, device, address, by: grantId === null ? "unknown" : originOf(grantId), outcome };
  }

  return {
    note({ nas, mac, address }, decision) {
      const entry = ring[next] ?? { atMs: 0, nas, mac, address, grantId: null, outcome: "" };
      ring[next] = entry;
      next = (next + 1) % keptMax;
      entry.atMs = clock.wall().atMs;
      if (entry.nas !== nas) entry.nas = nas; // the same text as before needs no second copy
      entry.mac = mac;
      entry.address = address;
      entry.grantId = decision.kind === "accept" ? decision.grantId : null;
      entry.outcome = decision.kind === "accept" ? "accept" : decision.reason;
    },
    last(count) {
      const inOrder = [...ring.slice(next), ...ring.slice(0, next)];
      return inOrder.slice(-count).reverse().map(shown);
    },
  };
}

function originOf(grantId: string): LoggedLogIn["by"] {
  if (grantId.startsWith("a.")) return "account";
  return /^[vbc]\./.test(grantId) ? "voucher" : "purchase";
}
