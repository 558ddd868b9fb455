/** A takeover at the site: what the hub may ask of it, and what goes on by itself. */

import { type ServedRpc, serve } from "@karibu/protocol/rpc/rpc";
import { shadowRun } from "@karibu/protocol/rpc/shadow-run";
import { switchTakeover } from "@karibu/protocol/rpc/switch-takeover";
import type { Journal } from "../journal/journal.ts";
import { orderExpired } from "../router-control/judge-order.ts";
import { createShadowRunner } from "./shadow-run.ts";
import { createTakeoverSwitch, type SwitchParts } from "./switch.ts";

export interface Takeover {
  readonly requests: readonly ServedRpc<void>[];
  start(): Promise<void>;
  stop(): void;
}

export type TakeoverParts = SwitchParts & {
  readonly folder: Parameters<typeof createShadowRunner>[1];
  readonly journal: Pick<Journal, "epoch" | "lastSeq">;
};

export function createTakeoverRequests(parts: TakeoverParts): Takeover {
  const { clock } = parts.site.world;
  const shadow = createShadowRunner(parts.site, parts.folder, parts.live);
  const switching = createTakeoverSwitch(parts);
  return {
    requests: [
      serve(shadowRun, async ({ do: what }) => {
        const report = await shadow.order(what);
        return { ...report, journal: { epoch: parts.journal.epoch, lastSeq: parts.journal.lastSeq } };
      }),
      serve(switchTakeover, ({ to, actor, check = false, expiresAtMs }) => {
        if (orderExpired(expiresAtMs, clock.wall().atMs)) return switching.order("read", actor);
        return to === "read" && check ? switching.check(actor) : switching.order(to, actor);
      }),
    ],
    async start() {
      await shadow.resume();
      await switching.resume();
    },
    stop() {
      shadow.stop();
      switching.stop();
    },
  };
}
