/** The API of payment channels. Keys go in and never come out. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { type Actor, maySeeSecretPaths } from "../../ground/http/actor.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { ifReadable } from "../../ground/secrets/if-readable.ts";
import type { ChannelRow, HookUse } from "./channel.ts";
import { findShortcode, lockChannel, readChannel, setChannel } from "./channel-rows.ts";
import {
  type CallbackAddress,
  type ChannelDetail,
  channelDetailView,
  channelKindView,
  channelRowView,
  channelView,
  type TroubleKind,
  viewChannel,
  viewChannelKinds,
} from "./channel-view.ts";
import type { Channels } from "./channels.ts";
import { checkChannel } from "./check-channel.ts";
import { hookUses, readAddresses } from "./hook-tokens.ts";
import { changedKeysSchema, type NewChannel, newChannelSchema, notCheckedYet } from "./key-fields.ts";
import { registerRoutes } from "./register-routes.ts";
import { siteChannelRoutes } from "./site-channel-routes.ts";

const idParams = z.object({ id: z.string().min(1).max(128) });

export interface ChannelRouteParts {
  readonly world: World;
  readonly channels: Channels;
  readonly publicUrl: string;
  /** In the same transaction: the sites hear whether they can sell online. */
  readonly channelsChanged: (tx: Tx, providerId: string) => Promise<void>;
  /** In the transaction that changed a key of the initiator. */
  readonly initiatorChanged: (tx: Tx, row: ChannelRow) => Promise<void>;
  /** Claims and payments that wait for a query about their receipt. */
  readonly countWaiting: (tx: Tx, row: ChannelRow) => Promise<number>;
  /** Whether the hub's own calls to it pause, and what is wrong at it. */
  readonly healthOf: (tx: Tx, row: ChannelRow) => Promise<Pick<ChannelDetail, "circuit" | "troubles">>;
  /** What is wrong at the provider's channels, by channel. */
  readonly troublesOf: (tx: Tx, providerId: string) => Promise<ReadonlyMap<string, TroubleKind[]>>;
}

/** The addresses that the hub hands to a channel of M-Pesa. Others have one, which a person enters (`noticeUrl`), or none. */
function callbackAddresses(channels: Channels, row: ChannelRow): CallbackAddress[] {
  const { callbacks } = channels.kinds.definitionOf(row.kind);
  const at = (part: string) => channels.callbackUrl(row, part);
  const prompts = callbacks.prompt === null ? [] : ([["prompt", callbacks.prompt]] as const);
  const results =
    channels.open(row).asyncCalls === null
      ? []
      : ([
          ["result", "r"],
          ["timeout", "t"],
        ] as const);
  const registered = [
    ...(callbacks.confirmation === null ? [] : ([["confirmation", "c"]] as const)),
    ...(callbacks.validation === null ? [] : ([["validation", "v"]] as const)),
  ];
  return [
    ...[...prompts, ...results].map(([use, part]) => ({ use, url: at(part), given: "per-request" as const })),
    ...registered.map(([use, part]) => ({ use, url: at(part), given: "registered" as const })),
  ];
}

const list = listOf({
  sort: {
    made: { by: sql.ref("channelId"), kind: "string" },
    name: { by: sql`lower(name)`, kind: "string" },
  },
  default: "-made",
  tie: [sql.ref("channelId")],
  search: [sql.ref("name"), sql.ref("shortcode"), sql.ref("kind")],
});

const offered = z
  .enum(["to-pay", "to-find"])
  .describe(
    "Those among which people choose: the till and customers' credit are none. `to-pay`: money can go out of it. `to-find`: money may be found by it, for it sells, or did.",
  );

/** A condition on `channels`. Who switches one off still finds what it took. */
const isOffered = (choice: z.output<typeof offered>) => sql<boolean>`(kind not in ('cash', 'credit') and (active
  ${choice === "to-pay" ? sql`` : sql`or exists (select from money_received m where m.provider_id = channels.provider_id and m.channel_id = channels.channel_id)`}))`;

export function channelRoutes(parts: ChannelRouteParts) {
  const { world, channels, publicUrl, channelsChanged } = parts;
  const { kinds } = channels;
  const kind = kinds.nameSchema;
  const view = (row: ChannelRow) => viewChannel(channels, row);
  /** Which addresses of ours this channel calls: confirmations only where they are registered. */
  const usesOf = (row: ChannelRow): readonly HookUse[] => {
    const { prompt, notice } = kinds.definitionOf(row.kind).callbacks;
    if (channels.open(row).register !== null) return hookUses;
    return prompt === null && notice === null ? [] : ["push"];
  };
  const viewDetail = async (tx: Tx, row: ChannelRow, reader: Pick<Actor, "may" | "credential">) => {
    const maySee = maySeeSecretPaths(reader, "channels.manage");
    const { callbacks } = kinds.definitionOf(row.kind);
    // Its path is the secret that lets a message in.
    const hasNotices = maySee && callbacks.notice !== null;
    const noticeUrl = hasNotices ? ifReadable(() => channels.callbackUrl(row, "n"), null) : null;
    const canRegister = channels.open(row).register !== null;
    const addresses = maySee ? ifReadable(() => callbackAddresses(channels, row), []) : [];
    const callbackSecrets = await readAddresses(tx, row, usesOf(row), world.clock.wall().atMs);
    const waiting = await parts.countWaiting(tx, row);
    const health = await parts.healthOf(tx, row);
    return { ...view(row), noticeUrl, addresses, callbackSecrets, canRegister, waiting, ...health };
  };
  return [
    route({
      method: "GET",
      path: "/api/v1/channel-kinds",
      summary: "The kinds of payment channel that can be added, and the fields of each",
      permission: "channels.read",
      response: z.object({ items: z.array(channelKindView) }),
      handle: async () => ({ items: viewChannelKinds(kinds) }),
    }),
    route({
      method: "GET",
      path: "/api/v1/channels",
      summary: "Payment channels, newest first",
      permission: "channels.read",
      query: list.query.extend({
        active: z.stringbool().optional(),
        kind: kind.optional(),
        offered: offered.optional(),
      }),
      response: pageOf(channelRowView.extend({ kind })),
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => {
          const { active, kind: asked, offered: choice } = query;
          const rows = tx
            .selectFrom("channels")
            .selectAll()
            .where("providerId", "=", providerId)
            .$if(active !== undefined, (is) => is.where("active", "=", active ?? true))
            .$if(choice !== undefined, (is) => is.where(isOffered(choice ?? "to-pay")))
            .$if(asked !== undefined, (is) => is.where("kind", "=", asked ?? ""));
          const troubles = await parts.troublesOf(tx, providerId);
          return list.page(rows, query, (row) => ({ ...view(row), troubles: troubles.get(row.channelId) ?? [] }));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/channels",
      summary:
        "Add a payment channel; its keys are checked, kept encrypted and never returned. It sells once they are accepted",
      permission: "channels.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      body: newChannelSchema(kinds.offered),
      status: 201,
      response: channelDetailView.extend({ kind }),
      handle: async ({ actor, body, providerId, transact, auditTarget }) => {
        const problem = kinds.definitionOf(body.kind).publicUrlProblem(publicUrl, body.environment);
        if (problem !== null) throw refusal("public-url", { value: problem });
        const made = await transact(async (tx) => {
          await refuseSecond(channels, tx, providerId, body);
          const row = await channels.create(tx, providerId, body, notCheckedYet);
          auditTarget(row.channelId);
          return row;
        });
        const { row } = await checkChannel(parts, transact, made);
        return transact((tx) => viewDetail(tx, row, actor));
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/channels/{id}",
      summary: "One payment channel",
      permission: "channels.read",
      reveals: "channels.manage",
      params: idParams,
      volatile: ["waiting", "provedAtMs", "lastAtMs"],
      response: channelDetailView.extend({ kind }),
      handle: ({ params, providerId, actor, transact, revealed }) =>
        transact(async (tx) => {
          const channel = await viewDetail(tx, await readChannel(tx, providerId, params.id), actor);
          revealed(channel.noticeUrl !== null || channel.addresses.length > 0);
          return channel;
        }),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/channels/{id}",
      summary: "Rename a payment channel, or switch it on or off",
      permission: "channels.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      params: idParams,
      body: z.strictObject({ name: z.string().trim().min(1).max(100).optional(), active: z.boolean().optional() }),
      response: channelView.extend({ kind }),
      handle: ({ params, body: { name, active }, providerId, transact }) =>
        transact(async (tx) => {
          const before = await readChannel(tx, providerId, params.id);
          const row = await setChannel(tx, before, {
            ...(name === undefined ? {} : { name }),
            ...(active === undefined ? {} : { active }),
            updatedAtMs: world.clock.wall().atMs,
          });
          await channelsChanged(tx, providerId);
          return view(row);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/channels/{id}/check",
      summary:
        "Check the keys that a channel sells with by asking its owner; one that refuses them stops the channel from selling",
      permission: "channels.manage",
      params: idParams,
      body: null,
      response: z.object({
        ok: z.boolean(),
        /** `not-asked`: no answer came, so nothing is known of the keys. */
        verdict: z.enum(["accepted", "refused", "not-asked"]),
        /** The channel's words, or what kept the hub from asking; in English. */
        message: z.string(),
        /** The fields that this check asks about, and those that only a payment or a message of the channel shows. */
        asked: z.array(z.string()),
        notAsked: z.array(z.string()),
      }),
      handle: async ({ params, providerId, transact }) => {
        const row = await transact((tx) => readChannel(tx, providerId, params.id));
        const { verdict } = await checkChannel(parts, transact, row);
        const fields = (kinds.kindOf(row.kind).fields ?? []).filter(({ use }) => use !== "asking");
        const shownBy = (isChecked: boolean) =>
          fields.filter(({ shownBy }) => (shownBy === "check") === isChecked).map(({ name }) => name);
        return {
          ok: verdict.kind === "accepted",
          verdict: verdict.kind,
          message: verdict.message,
          asked: shownBy(true),
          notAsked: shownBy(false),
        };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/channels/{id}/keys",
      summary: "New keys for a channel, checked; what is left out stays",
      permission: "channels.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      params: idParams,
      body: changedKeysSchema(kinds.offered),
      response: channelView.extend({ kind }),
      handle: async ({ params, body, providerId, transact }) => {
        const changes = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
        const changed = await transact(async (tx) => {
          const before = await lockChannel(tx, providerId, params.id);
          const after = await channels.replaceKeys(tx, before, changes);
          if (after.initiatorVersion !== before.initiatorVersion) await parts.initiatorChanged(tx, after);
          return after;
        });
        const { row } = await checkChannel(parts, transact, changed);
        return view(row);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/channels/{id}/rotate-secret",
      summary:
        "A new secret for the callback address of prompts and notices, or of confirmations. The old address of confirmations stays good until the new one is registered, the other for two days",
      permission: "channels.manage",
      freshFactor: true,
      notForSupport: "way-of-money",
      params: idParams,
      body: z.strictObject({ use: z.enum(hookUses) }),
      response: channelDetailView.extend({ kind }),
      handle: ({ actor, params, body, providerId, transact }) =>
        transact(async (tx) => {
          const before = await lockChannel(tx, providerId, params.id);
          if (!usesOf(before).includes(body.use)) throw refusal("no-such-calls");
          return viewDetail(tx, await channels.rotateSecret(tx, before, body.use), actor);
        }),
    }),
    ...registerRoutes(channels),
    ...siteChannelRoutes(kinds, channelsChanged),
  ];
}

/** A short code is one account of money: two channels of it would be two clearing accounts for the same shillings. */
async function refuseSecond({ kinds }: Channels, tx: Tx, providerId: string, channel: NewChannel): Promise<void> {
  const { kind, shortcode, environment } = channel;
  if (shortcode === undefined) return;
  const onRail = kinds.onRail(kinds.factsOf(kind).rail);
  const other = await findShortcode(tx, { providerId, kinds: onRail, shortcode, environment });
  if (other === undefined) return;
  throw refusal("shortcode-taken", { field: "shortcode", rule: "shortcode-of", value: other.name });
}
