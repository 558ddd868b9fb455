/**
 * A scheduler of a simulated router, by its clock: its own text runs in the interpreter, over the router's address lists and its safe mode.
 * Rows with a time-out go when the scheduler looks.
 */
import type { World } from "@karibu/protocol/world";
import { factoryConfiguration } from "../../routeros-scripting/factory-configuration.ts";
import { SimulatedRouter } from "../../routeros-scripting/simulated-router.ts";
import type { Router } from "../device/router.ts";
import { treeOf } from "./config-tree.ts";
import { safeModeCommand } from "./safe-mode.ts";

const lists = "/ip/firewall/address-list";

export function runScheduler(
  { clock }: Pick<World, "clock">,
  router: Router,
  scheduler: { readonly onEvent: string; readonly everyMs: number },
): { runs(): number; stop(): void } {
  const tree = treeOf(router);
  const seenAtMs = new Map<string, number>();
  let runs = 0;
  let timer = clock.after(scheduler.everyMs, look);

  function look(): void {
    timer = clock.after(scheduler.everyMs, look);
    if (router.running === null) return;
    runs++;
    for (const { ".id": id = "", timeout } of [...tree.rows(lists)]) {
      if (timeout === undefined) continue;
      if (!seenAtMs.has(id)) seenAtMs.set(id, clock.monotonicMs() - scheduler.everyMs);
      if (clock.monotonicMs() - (seenAtMs.get(id) ?? 0) >= durationMs(timeout)) tree.put(lists, id, null);
    }
    const scripting = new SimulatedRouter(factoryConfiguration);
    scripting.configuration.replaceRows(
      lists,
      tree.rows(lists).map((row) => new Map(Object.entries(row).map(([name, value]) => [name, value ?? ""]))),
    );
    scripting.hardware = {
      handleCommand(menu, verb) {
        if (menu !== "/safe-mode" || verb !== "unroll") return undefined;
        safeModeCommand(router, {}, "/safe-mode/unroll", new Map());
        return "";
      },
      whileDelayed() {},
    };
    if (scripting.import(scheduler.onEvent) !== "done") throw new Error(scripting.failure);
    const left = new Set(scripting.rows(lists).map((row) => row.get(".id")));
    for (const { ".id": id = "" } of [...tree.rows(lists)]) if (!left.has(id)) tree.put(lists, id, null);
  }

  return { runs: () => runs, stop: () => timer.cancel() };
}

/** `40s`, `5m`, `1m40s`. */
function durationMs(text: string): number {
  const [, minutes = "0", seconds = "0"] = /^(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  return (Number(minutes) * 60 + Number(seconds)) * 1000;
}
