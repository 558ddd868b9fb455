/** What the hub may see and change at this site's router: reads of views, named actions, and figures for its graphs. */
import { Fault } from "@karibu/protocol/fault";
import { actOnRouter } from "@karibu/protocol/rpc/act-on-router";
import { readRouter } from "@karibu/protocol/rpc/read-router";
import { type ServedRpc, serve } from "@karibu/protocol/rpc/rpc";
import { tryRouter } from "@karibu/protocol/rpc/try-router";
import type { World } from "@karibu/protocol/world";
import type { DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { LiveRouter } from "../ground/live-router.ts";
import type { Recorder } from "../state/recorder.ts";
import { type ActParts, createRouterActs } from "./act.ts";
import { orderExpired } from "./judge-order.ts";
import { logsInByApi, trustsSafeMode } from "./proof-choices.ts";
import { createViewReader } from "./read-view.ts";
import { createRouterTrials } from "./router-trials.ts";
import { createFigureSampler } from "./sample-figures.ts";

export interface RouterControlParts extends Pick<ActParts, "folder" | "names" | "onUndone" | "beforeReboot"> {
  /** Null: the agent knows its router by RADIUS alone. */
  readonly live: LiveRouter | null;
  readonly recorder: Pick<Recorder, "record">;
  readonly sessions: () => number;
  /** False: nobody would draw the figures. */
  readonly hasHub: boolean;
  /** Null: RADIUS is off. */
  readonly coa: DynamicAuthorization | null;
  /** The kernel's boot id; null: not known. */
  readonly bootId: string | null;
}

export interface RouterDesk {
  readonly requests: readonly ServedRpc<void>[];
  /** False: it was proved that this router logs nobody in by its API. */
  logsInByApi(): boolean;
  /** From now on this hub's answers prove that the way to it is there. */
  follow(hub: Pick<HubLink, "call">): void;
  start(): void;
  stop(): void;
}

export function createRouterControl(world: World, parts: RouterControlParts): RouterDesk {
  const { live } = parts;
  if (live === null) {
    const nothing = () => Promise.reject(noApi());
    const requests = [serve(readRouter, nothing), serve(actOnRouter, nothing), serve(tryRouter, nothing)];
    return { requests, logsInByApi: () => true, follow() {}, start() {}, stop() {} };
  }
  let hub: Pick<HubLink, "call"> | null = null;
  const views = createViewReader(world, live, () => acts.waiting());
  const acts = createRouterActs(world, {
    ...parts,
    live,
    hub: { call: (...given) => (hub === null ? Promise.reject(away()) : hub.call(...given)) },
    onChanged: views.forget,
    trustsSafeMode: () => trustsSafeMode(trials.proofs),
  });
  const trials = createRouterTrials(world, {
    ...{ live, folder: parts.folder, coa: parts.coa, bootId: parts.bootId },
    alone: acts.alone,
    onUndone: parts.onUndone,
  });
  void trials.open();
  const sampler = createFigureSampler(world, { live, recorder: parts.recorder, sessions: parts.sessions });
  return {
    requests: [
      serve(readRouter, (order) => views.read(order)),
      serve(actOnRouter, (order, _, signal) => acts.act({ ...order, signal })),
      serve(tryRouter, ({ actor, expiresAtMs }) => {
        if (orderExpired(expiresAtMs, world.clock.wall().atMs)) throw expired();
        return trials.run(actor);
      }),
    ],
    logsInByApi: () => logsInByApi(trials.proofs),
    follow(followed) {
      hub = followed;
    },
    start() {
      if (parts.hasHub) sampler.start();
    },
    stop: sampler.stop,
  };
}

const expired = () => new Fault("link/cancelled", "the order came too late", { retry: "later" });
const noApi = () =>
  new Fault("router/no-api", "this site's agent knows its router by RADIUS alone", {
    retry: "never",
    hint: "Set KARIBU_ROUTER_HOST, _USER and _PASSWORD.",
  });
const away = () => new Fault("hub/away", "there is no link yet", { retry: "later" });
