/** A site whose link is real and whose router is a table of rows: it answers the hub by the contract of `read-router` and `act-on-router`. */
import { enrolAgent } from "@karibu/cloud/fleet/enrolment/enrolment";
import { loadHubIdentity } from "@karibu/cloud/fleet/enrolment/hub-identity";
import type { TestHub } from "@karibu/cloud/test-hub";
import { Fault } from "@karibu/protocol/fault";
import { makeLinkKeys } from "@karibu/protocol/link/link-keys";
import type { RouterAction } from "@karibu/protocol/router/router-actions";
import type { RouterHealth } from "@karibu/protocol/router/router-health";
import type { OldSystemView, RouterRow, RouterView } from "@karibu/protocol/router/router-views";
import { readOldSystem } from "@karibu/protocol/rpc/read-old-system";
import { actOnRouter } from "@karibu/protocol/rpc/router/act-on-router";
import { examineRouter } from "@karibu/protocol/rpc/router/examine-router";
import { readRouter } from "@karibu/protocol/rpc/router/read-router";
import { rotateSecrets } from "@karibu/protocol/rpc/router/rotate-secrets";
import { type ServedRpc, serve } from "@karibu/protocol/rpc/rpc";
import { type ShadowReport, shadowRun } from "@karibu/protocol/rpc/shadow-run";
import { type SwitchState, switchTakeover } from "@karibu/protocol/rpc/switch-takeover";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { type AgentEnd, startAgentEnd, until } from "./link-ends.ts";

type Act = (action: RouterAction) => { kind: "done" | "refused" | "differs"; why?: string; row?: RouterRow };

export interface ContractSite {
  readonly siteId: string;
  readonly providerId: string;
  readonly rows: Map<RouterView, RouterRow[]>;
  /** Of the system that was there before. */
  readonly oldRows: Map<OldSystemView, RouterRow[]>;
  /** What goes on while those are read: before each answer. */
  onOldRows: (view: OldSystemView) => Promise<void>;
  /** Views in the order in which they were read. */
  readonly reads: { readonly view: RouterView; readonly fresh: boolean }[];
  /** What was done, each once. */
  readonly acts: { readonly action: RouterAction; readonly actor: string }[];
  /** How often the hub asked for each nonce. */
  readonly asked: Map<string, number>;
  /** New secrets that the hub ordered. */
  readonly rotations: { readonly radiusSecret: string; readonly apiPassword: string }[];
  /** Every read and act is refused with this code, until it is null again. */
  refuseWith: `${string}/${string}` | null;
  /** False: an older agent, which has no such method. */
  knowsTakeovers: boolean;
  shadow: ShadowReport;
  /** Runs each time when its shadow run is asked for. */
  onShadow: () => void;
  /** What its agent says of the switch; `isCheck`: and of what stands in its way. */
  switched: (to: "karibu" | "before" | "read", isCheck: boolean) => SwitchState;
  /** What comes of an action; default: it is done. */
  act: Act;
  /** What its agent finds when it is asked. */
  health: RouterHealth;
  readonly link: AgentEnd;
  cut(): Promise<void>;
  join(): Promise<void>;
}

export async function openContractSite(
  lab: TestHub,
  { providerId, token }: { providerId: string; token: string },
  name = "Harbour",
  /** What it answers beside that. */
  more: readonly ServedRpc<void>[] = [],
): Promise<ContractSite> {
  const made = (await lab.call("POST", "/api/v1/sites", { token, body: { name } })).body;
  const siteId = made.site.siteId as string;
  const keys = makeLinkKeys(lab.world.random);
  const hubIdentity = await loadHubIdentity(lab.world, lab.database(), lab.envelope);
  // The token carries the hub's key after a dot; enrolment wants the whole of it.
  const outcome = await enrolAgent(lab.world, lab.database(), {
    token: made.enrolmentToken,
    publicKey: keys.publicKey,
  });
  if (outcome.kind !== "enrolled") throw new Error(`the site could not be enrolled: ${outcome.kind}`);
  const folder = createFaultyFolder(lab.world);
  const identity = { siteId, keys, hubPublicKey: hubIdentity.keys.publicKey };
  const answers = new Map<string, ReturnType<Act>>();

  const read = serve(readRouter, ({ view, limit = 1000, offset = 0, fresh = false }) => {
    site.reads.push({ view, fresh });
    if (site.refuseWith !== null) throw new Fault(site.refuseWith, "the router said no", { retry: "later" });
    const rows = site.rows.get(view);
    const readAtMs = lab.world.clock.wall().atMs;
    if (rows === undefined) return { kind: "not-here" as const, readAtMs, rows: [], total: 0 };
    return { kind: "rows" as const, readAtMs, rows: rows.slice(offset, offset + limit), total: rows.length };
  });
  const readOld = serve(readOldSystem, async ({ view }) => {
    await site.onOldRows(view);
    const rows = site.oldRows.get(view) ?? [];
    return { kind: "rows" as const, readAtMs: lab.world.clock.wall().atMs, rows, total: rows.length };
  });
  const act = serve(actOnRouter, ({ action, nonce, actor }) => {
    site.asked.set(nonce, (site.asked.get(nonce) ?? 0) + 1);
    if (site.refuseWith !== null) throw new Fault(site.refuseWith, "the router said no", { retry: "later" });
    const known = answers.get(nonce);
    if (known !== undefined) return known;
    site.acts.push({ action, actor });
    const answer = site.act(action);
    answers.set(nonce, answer);
    return answer;
  });
  const shadow = serve(shadowRun, () => {
    if (!site.knowsTakeovers) throw new Fault("link/unknown-method", "there is no such method", { retry: "never" });
    site.onShadow();
    const { epoch, lastSeq } = site.link.journal;
    return { ...site.shadow, journal: { epoch, lastSeq } };
  });
  const turn = serve(switchTakeover, ({ to, check = false }) => site.switched(to, check));
  const rotate = serve(rotateSecrets, (order) => {
    site.rotations.push(order);
    return { kind: "done" as const };
  });
  const examine = serve(examineRouter, () => site.health);
  const start = () =>
    startAgentEnd(
      lab.world,
      { providerId, siteId, identity, folder },
      () => ({ link: lab.hub().link, identity: hubIdentity, publish: null as never, stop: async () => {} }),
      { requests: [read, readOld, act, shadow, turn, rotate, examine, ...more] },
    );
  const site: ContractSite & { link: AgentEnd } = {
    siteId,
    providerId,
    rows: new Map(),
    oldRows: new Map(),
    onOldRows: async () => {},
    reads: [],
    acts: [],
    asked: new Map(),
    rotations: [],
    refuseWith: null,
    knowsTakeovers: true,
    shadow: { sinceMs: null, readAtMs: null, problem: null, seen: 0, same: 0, differences: [] },
    onShadow: () => {},
    switched: () => ({ kind: "before", users: 0, kept: 0, adopted: 0, strangers: 0 }),
    act: () => ({ kind: "done" }),
    health: { routerOs: null, isCompared: true, findings: [] },
    link: await start(),
    async cut() {
      await site.link.stop();
      await until("the site is away", () => lab.hub().link.presence(siteId) === "away", 30_000);
    },
    async join() {
      site.link = await start();
      await connected();
    },
  };
  const connected = () => until("the site is connected", () => lab.hub().link.presence(siteId) === "connected", 60_000);
  await connected();
  return site;
}
