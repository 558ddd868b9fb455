/** What the hub may see and change at this site's router: reads of views, named actions, and figures for its graphs. */
import { Fault } from "@karibu/protocol/fault";
import { newId } from "@karibu/protocol/identifiers";
import { readOldSystem } from "@karibu/protocol/rpc/read-old-system";
import { actOnRouter } from "@karibu/protocol/rpc/router/act-on-router";
import { changeRouterSecret } from "@karibu/protocol/rpc/router/change-router-secret";
import { keepRouterSecret } from "@karibu/protocol/rpc/router/keep-router-secret";
import { readConnections } from "@karibu/protocol/rpc/router/read-connections";
import { readRouter } from "@karibu/protocol/rpc/router/read-router";
import { readRouterLog } from "@karibu/protocol/rpc/router/read-router-log";
import { rotateSecrets } from "@karibu/protocol/rpc/router/rotate-secrets";
import { backUpRouter, readRouterBackUp, restoreRouter } from "@karibu/protocol/rpc/router/router-back-ups";
import { tryRouter } from "@karibu/protocol/rpc/router/try-router";
import { type Rpc, type ServedRpc, serve } from "@karibu/protocol/rpc/rpc";
import type { World } from "@karibu/protocol/world";
import type { DynamicAuthorization } from "../ground/dynamic-authorization.ts";
import type { HttpRequest, HttpResponse } from "../ground/http.ts";
import type { HubLink } from "../ground/hub-link.ts";
import type { LiveRouter } from "../ground/live-router.ts";
import type { ProvedWays } from "../ground/proved-ways.ts";
import type { RouterSecrets } from "../ground/router-secrets.ts";
import type { SiteSecrets } from "../ground/site-secrets.ts";
import { createDriftWatch, type DriftParts, type DriftWatch } from "../router-drift/drift-watch.ts";
import type { SecretOf } from "../router-drift/repair-plan.ts";
import type { Recorder } from "../state/recorder.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { watchAccessPoints } from "./access-points/ping-access-points.ts";
import { type ActParts, createRouterActs } from "./act.ts";
import { createRouterBackUps } from "./back-ups/back-ups.ts";
import { countConnections } from "./count-connections.ts";
import { orderExpired } from "./judge-order.ts";
import { logsInByApi, provedWays, trustsSafeMode } from "./proof-choices.ts";
import { createViewReader } from "./read-view.ts";
import { createSecretRotation } from "./rotate-secrets.ts";
import { createRouterTrials, type TrialParts } from "./router-trials.ts";
import { createFigureSampler } from "./sample-figures.ts";
import { createLogWatch } from "./watch-log.ts";

export interface RouterControlParts extends Pick<ActParts, "folder" | "names" | "onUndone" | "beforeReboot"> {
  /** The router's RADIUS secret of now, for a row that must be made anew; null: RADIUS is off. */
  readonly radiusSecret: () => string | null;
  readonly raiseAlarm: DriftParts["raiseAlarm"];
  /** Null: the agent knows its router by RADIUS alone. */
  readonly live: LiveRouter | null;
  /** The router is behind its own line, and the agent is not: a hosted site. */
  readonly isRemote: boolean;
  /** Null: they can't change. */
  readonly secrets: SiteSecrets | null;
  /** Of the site's further routers. Null: they can't change. */
  readonly routerSecrets: RouterSecrets | null;
  readonly recorder: Pick<Recorder, "record">;
  readonly sessions: () => number;
  /** False: nobody would draw the figures. */
  readonly hasHub: boolean;
  readonly feed: Pick<FeedStore, "rows" | "onChange">;
  /** Null: RADIUS is off. */
  readonly coa: DynamicAuthorization | null;
  /** For the trials: somebody on whom a change of speed shows. */
  readonly guest: TrialParts["guest"];
  /** The kernel's boot id; null: not known. */
  readonly bootId: string | null;
}

export interface RouterRequests {
  readonly requests: readonly ServedRpc<void>[];
  /** What the router's own scripts ask over HTTP; null: it is not for them. */
  answer(request: HttpRequest): HttpResponse | null;
  /** Null: there is no router to look at. */
  readonly drift: DriftWatch | null;
  /** False: it was proved that this router logs nobody in by its API. */
  logsInByApi(): boolean;
  /** What was tried says how sessions are changed and ended. */
  ways(): ProvedWays;
  /** From now on this hub's answers prove that the way to it is there. */
  follow(hub: Pick<HubLink, "call">): void;
  start(): void;
  stop(): void;
}

export function createRouterRequests(world: World, parts: RouterControlParts): RouterRequests {
  const { live } = parts;
  const { routerSecrets } = parts;
  const furtherRouters = [
    serve(changeRouterSecret, () => ({ kind: "unknown-router" as const })),
    serve(keepRouterSecret, async ({ address, current, next }) => ({
      kind: routerSecrets === null ? ("unknown-router" as const) : await routerSecrets.keep(address, { current, next }),
    })),
  ];
  if (live === null) {
    const nothing = () => Promise.reject(noApi());
    const ofRouter = [readRouter, actOnRouter, backUpRouter, readRouterBackUp, restoreRouter, rotateSecrets] as const;
    const methods = [...ofRouter, readConnections, readRouterLog, readOldSystem, tryRouter] as const;
    return {
      requests: [...furtherRouters, ...methods.map((method) => serve(method as Rpc<unknown, unknown>, nothing))],
      logsInByApi: () => true,
      ways: () => provedWays([]),
      drift: null,
      answer: () => null,
      follow() {},
      start() {},
      stop() {},
    };
  }
  let hub: Pick<HubLink, "call"> | null = null;
  const views = createViewReader(world, live, () => acts.waiting());
  const secretOf: SecretOf = ({ menu, id }) => {
    const secret = menu === "/radius" && ownRadius.includes(id) ? parts.radiusSecret() : null;
    return secret === null ? null : [`=secret=${secret}`];
  };
  const log = createLogWatch(world, live);
  const drift = createDriftWatch(world, {
    live,
    folder: parts.folder,
    feed: parts.feed,
    secretOf,
    raiseAlarm: parts.raiseAlarm,
    repair: (finding) => repairByPolicy(finding),
    everyMs: parts.isRemote ? driftFarMs : driftNearMs,
  });
  const acts = createRouterActs(world, {
    ...parts,
    live,
    repairs: { desired: drift.desired, secretOf },
    hub: { call: (...given) => (hub === null ? Promise.reject(away()) : hub.call(...given)) },
    onChanged: views.forget,
    trustsSafeMode: () => trustsSafeMode(trials.proofs),
  });
  const rotation = parts.secrets === null ? null : createSecretRotation(parts.secrets, live);
  const backUps = createRouterBackUps(world, { live, beforeReboot: parts.beforeReboot });
  const trials = createRouterTrials(world, {
    live,
    folder: parts.folder,
    coa: parts.coa,
    guest: parts.guest,
    bootId: parts.bootId,
    alone: acts.alone,
    onUndone: parts.onUndone,
  });
  void trials.open();
  const accessPoints = watchAccessPoints(world, { live, feed: parts.feed, recorder: parts.recorder });
  const sampler = createFigureSampler(world, { live, recorder: parts.recorder, sessions: parts.sessions });

  /** As a person's order goes: in its turn, in safe mode where it must be, read back. */
  async function repairByPolicy(finding: string): Promise<boolean> {
    const order = {
      action: { kind: "repair-drift", finding } as const,
      nonce: newId(world),
      actor: "policy",
      expiresAtMs: world.clock.wall().atMs + policyOrderMs,
    };
    return await acts.act(order).then(
      ({ kind }) => kind === "done",
      () => false,
    );
  }

  return {
    drift,
    requests: [
      serve(readRouter, (order) => views.read(order)),
      serve(readRouterLog, (wanted) => log.read(wanted)),
      serve(readConnections, ({ hosts }) => countConnections(world, live, hosts)),
      serve(readOldSystem, (order) => views.read(order)),
      serve(actOnRouter, (order, _, signal) => acts.act({ ...order, signal })),
      serve(rotateSecrets, (order) => (rotation === null ? Promise.reject(noApi()) : rotation.rotate(order))),
      ...furtherRouters,
      serve(backUpRouter, (order) => backUps.backUp(order)),
      serve(readRouterBackUp, (wanted) => backUps.read(wanted)),
      serve(restoreRouter, (order) => backUps.restore(order)),
      serve(tryRouter, ({ actor, expiresAtMs }) => {
        if (orderExpired(expiresAtMs, world.clock.wall().atMs)) throw expired();
        return trials.run(actor);
      }),
    ],
    answer: (request) => rotation?.answer(request) ?? null,
    logsInByApi: () => logsInByApi(trials.proofs),
    ways: () => provedWays(trials.proofs),
    follow(followed) {
      hub = followed;
      drift.follow(followed);
    },
    start() {
      if (!parts.hasHub) return;
      sampler.start();
      accessPoints.start();
      drift.start();
    },
    stop() {
      sampler.stop();
      accessPoints.stop();
      drift.stop();
    },
  };
}

/** Rows that ask the agent, with the one secret between both. */
const ownRadius: readonly string[] = ["agent-radius", "ppp-radius", "staff-radius"];
const policyOrderMs = 120_000;
const driftNearMs = 300_000;
/** A look asks for some tens of kilobytes, and here they cross the site's own line. */
const driftFarMs = 3_600_000;

const expired = () => new Fault("link/cancelled", "the order came too late", { retry: "later" });
const noApi = () =>
  new Fault("router/no-api", "this site's agent knows its router by RADIUS alone", {
    retry: "never",
    hint: "Set KARIBU_ROUTER_HOST, _USER and _PASSWORD.",
  });
const away = () => new Fault("hub/away", "there is no link yet", { retry: "later" });
