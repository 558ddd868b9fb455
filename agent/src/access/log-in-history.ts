/**
 * The last log-ins and their outcomes, in memory: they show why a phone is not let in. They hold no codes and no passwords, and
 * only the end of a MAC, because guests can read `/status`. Abuse raises alarms, and the journal keeps those.
 */

import { kindOfGrant } from "@karibu/protocol/grant-id";
import type { Clock } from "@karibu/protocol/world";
import type { LogInDecision, LogInRequest } from "./access.ts";

export interface LogInHistory {
  note(request: LogInRequest, decision: LogInDecision): void;
  /** Newest first. */
  last(count: number): LoggedLogIn[];
}

export interface LoggedLogIn {
  readonly atMs: number;
  readonly nas: string;
  /** The end of the MAC: `…:0E:01`; null: the NAS sent none. */
  readonly device: string | null;
  readonly address: string | null;
  /** What was used; `unknown` when the log-in was rejected. */
  readonly by: "voucher" | "account" | "purchase" | "unknown";
  /** `accept`, or the reason of the rejection. */
  readonly outcome: string;
}

const entriesMax = 200;

interface Entry {
  atMs: number;
  nas: string;
  mac: string | null;
  address: string | null;
  /** Null: rejected. */
  grantId: string | null;
  outcome: string;
}

/** Overwrites its entries in place, because this is the hot path: objects that live for 200 log-ins cost garbage collection. */
export function createLogInHistory(clock: Pick<Clock, "wall">): LogInHistory {
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
      next = (next + 1) % entriesMax;
      entry.atMs = clock.wall().atMs;
      if (entry.nas !== nas) entry.nas = nas; // keeps one copy of equal texts
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
  const kind = kindOfGrant(grantId);
  return kind === "account" || kind === "purchase" ? kind : "voucher";
}
