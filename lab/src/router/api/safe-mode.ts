/**
 * RouterOS' safe mode on the API, from 7.18 on: one connection holds it, any may release it, and its end undoes what all sessions changed
 * meanwhile some two seconds later. After a hundred changes it ends and keeps them. @see RouterOS manual, Configuration management
 */
import type { World } from "@karibu/protocol/world";
import type { Router } from "../device/router.ts";
import type { Outcome } from "./api-outcome.ts";
import { done, trap } from "./api-outcome.ts";
import { treeOf } from "./config-tree.ts";

/** Names one connection of the API. */
export type ConnectionMark = object;

interface Hold {
  readonly by: ConnectionMark;
  readonly before: unknown;
  changes: number;
}

const undoneAfterMs = 2000;
const changesMax = 100;
const holds = new WeakMap<Router, Hold>();
const watched = new WeakSet<Router>();

const holdOf = (router: Router): Hold | null => holds.get(router) ?? null;

function take(router: Router, by: ConnectionMark, onError: string): Outcome {
  const hold = holdOf(router);
  if (hold?.by === by) return done;
  if (hold !== null && onError === "unroll") unroll(router);
  else if (hold !== null && onError !== "release")
    return trap("failure: safe mode is already taken by another session");
  const tree = treeOf(router);
  holds.set(router, { by, before: tree.copy(), changes: 0 });
  if (!watched.has(router)) {
    watched.add(router);
    tree.onChange(() => {
      const now = holdOf(router);
      if (now !== null && ++now.changes > changesMax) holds.delete(router);
    });
    router.onPower((on) => {
      if (!on) unroll(router);
    });
  }
  return done;
}

function unroll(router: Router): void {
  const hold = holdOf(router);
  holds.delete(router);
  if (hold !== null) treeOf(router).restore(hold.before);
}

/** Null: none of its commands. */
export function safeModeCommand(
  router: Router,
  by: ConnectionMark,
  command: string,
  values: ReadonlyMap<string, string>,
): Outcome | null {
  if (!hasSafeMode(router.options.version)) return null;
  const hold = holdOf(router);
  switch (command) {
    case "/safe-mode/take":
      return take(router, by, values.get("on-error") ?? "abort");
    case "/safe-mode/release":
      holds.delete(router);
      return done;
    case "/safe-mode/unroll":
      unroll(router);
      return done;
    case "/safe-mode/get":
      return { rows: [{ enabled: String(hold !== null), current: String(hold?.by === by) }] };
    default:
      return null;
  }
}

export function connectionEnded(world: World, router: Router, by: ConnectionMark): void {
  if (holdOf(router)?.by !== by) return;
  world.clock.after(undoneAfterMs, () => {
    if (holdOf(router)?.by === by) unroll(router);
  });
}

function hasSafeMode(version: string): boolean {
  const [, minor = "18"] = /^7\.(\d+)/.exec(version) ?? [];
  return Number(minor) >= 18;
}
