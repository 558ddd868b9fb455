/** The API of payment channels. Keys go in and never come out. */
import { sql } from "kysely";
import { z } from "zod";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { Problem } from "../../ground/http/problem.ts";
import { type Route, route } from "../../ground/http/route.ts";
import type { HttpAnswer } from "../../ground/http-client/http-call.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { channelDetailView, channelView, viewChannel } from "../purchases/views.ts";
import { countWaiting } from "../questions/waiting-questions.ts";
import { changedKeysSchema, newChannelSchema, notCheckedYet } from "./channel-keys.ts";
import { channelKinds, kindsOfRail, railOf, sellsAlone } from "./channel-kinds.ts";
import { lockChannel, readChannel } from "./channel-row.ts";
import { callbackUrlProblem } from "./channels.ts";
import { checkChannel } from "./check-channel.ts";
import { readAnswer } from "./daraja/messages.ts";
import { type InitiatorParts, initiatorChanged } from "./initiator.ts";
import { type ChannelRow, channelKindNames } from "./tables.ts";

const idParams = z.object({ id: z.string().min(1).max(128) });

export interface ChannelRouteParts extends InitiatorParts {
  readonly publicUrl: string;
}

const list = listOf({
  sort: {
    made: { by: sql.ref("channel_id"), kind: "string" },
    name: { by: sql`lower(name)`, kind: "string" },
  },
  default: "-made",
  tie: [sql.ref("channel_id")],
  search: [sql.ref("name"), sql.ref("shortcode"), sql.ref("kind")],
});

export function channelRoutes(parts: ChannelRouteParts): Route[] {
  const { world, channels, publicUrl, channelsChanged } = parts;
  const view = (row: ChannelRow) => viewChannel(channels, row);
  const viewDetail = async (tx: Tx, row: ChannelRow) => ({
    ...view(row),
    noticeUrl: row.kind === "pesapal" || row.kind === "stripe" ? channels.hookUrl(row, "n") : null,
    waiting: channelKinds[row.kind].isDaraja ? await countWaiting(tx, row, world.clock.wall().atMs) : 0,
  });
  const checking = { world, channels, channelsChanged };
  return [
    route({
      method: "GET",
      path: "/api/v1/channels",
      summary: "Payment channels, newest first",
      permission: "channels.read",
      query: list.query.extend({ active: z.stringbool().optional(), kind: z.enum(channelKindNames).optional() }),
      response: pageOf(channelView),
      handle: ({ query, providerId, transact }) =>
        transact((tx) => {
          const { active, kind } = query;
          const rows = tx
            .selectFrom("channels")
            .selectAll()
            .where("provider_id", "=", providerId)
            .$if(active !== undefined, (is) => is.where("active", "=", active ?? true))
            .$if(kind !== undefined, (is) => is.where("kind", "=", kind ?? "cash"));
          return list.page(rows, query, view);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/channels",
      summary:
        "Add a payment channel; its keys are checked, kept encrypted and never returned. It sells once they are accepted",
      permission: "channels.manage",
      body: newChannelSchema,
      status: 201,
      response: channelDetailView,
      handle: async ({ body, providerId, transact, auditTarget }) => {
        const problem = channelKinds[body.kind].isDaraja ? callbackUrlProblem(publicUrl, body.environment) : null;
        if (problem !== null) throw new Problem(422, "public-url", `The hub's public URL does not do: ${problem}.`);
        const made = await transact(async (tx) => {
          if ("shortcode" in body) await refuseSecond(tx, providerId, body);
          const row = await channels.create(tx, providerId, body, notCheckedYet);
          auditTarget(row.channel_id);
          return row;
        });
        const { row } = await checkChannel(checking, transact, made);
        return transact((tx) => viewDetail(tx, row));
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/channels/{id}",
      summary: "One payment channel",
      permission: "channels.read",
      params: idParams,
      volatile: ["waiting", "provedAtMs"],
      response: channelDetailView,
      handle: ({ params, providerId, transact }) =>
        transact(async (tx) => viewDetail(tx, await readChannel(tx, providerId, params.id))),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/channels/{id}",
      summary: "Rename a payment channel, or switch it on or off",
      permission: "channels.manage",
      params: idParams,
      body: z.strictObject({ name: z.string().trim().min(1).max(100).optional(), active: z.boolean().optional() }),
      response: channelView,
      handle: ({ params, body, providerId, transact }) =>
        transact(async (tx) => {
          await readChannel(tx, providerId, params.id);
          const row = await tx
            .updateTable("channels")
            .set({ ...body, updated_at_ms: world.clock.wall().atMs })
            .where("provider_id", "=", providerId)
            .where("channel_id", "=", params.id)
            .returningAll()
            .executeTakeFirstOrThrow();
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
      response: z.object({ ok: z.boolean(), message: z.string() }),
      handle: async ({ params, providerId, transact }) => {
        const row = await transact((tx) => readChannel(tx, providerId, params.id));
        const { verdict } = await checkChannel(checking, transact, row);
        return { ok: verdict.kind === "accepted", message: verdict.message };
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/channels/{id}/keys",
      summary: "New keys for a channel, checked; what is left out stays",
      permission: "channels.manage",
      params: idParams,
      body: changedKeysSchema,
      response: channelView,
      handle: async ({ params, body, providerId, transact }) => {
        const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
        const changed = await transact(async (tx) => {
          const before = await lockChannel(tx, providerId, params.id);
          const after = await channels.replaceKeys(tx, before, given);
          if (after.initiator_version !== before.initiator_version) await initiatorChanged(parts, tx, after);
          return after;
        });
        const { row } = await checkChannel(checking, transact, changed);
        return view(row);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/channels/{id}/register",
      summary: "Have M-Pesa tell us of money that no prompt asked for, and let us read its list",
      permission: "channels.manage",
      params: idParams,
      body: z.strictObject({
        responseType: z.enum(["Completed", "Cancelled"]).default("Completed"),
        /** v1 sends a hash of the payer's number, which knows a customer again; v2 the number with its middle hidden. */
        version: z.enum(["v1", "v2"]).default("v2"),
        /** The Safaricom number in the short code's papers: for the list (Pull). */
        nominatedPhone: phoneField.optional(),
      }),
      response: z.object({ registered: z.boolean(), pulls: z.boolean(), message: z.string() }),
      handle: async ({ params, body, providerId, transact }) => {
        const row = await transact((tx) => readChannel(tx, providerId, params.id));
        const client = channels.daraja(row);
        if (client === null) throw new Problem(422, "no-such-calls", "This kind of channel has nothing to register.");
        const phone = body.nominatedPhone === undefined ? null : readPhone(body.nominatedPhone, "nominatedPhone");
        const urls = { confirmation: channels.hookUrl(row, "c"), validation: channels.hookUrl(row, "v") };
        const { responseType, version } = body;
        const told = await registered(() => client.registerUrls({ ...urls, responseType, version }));
        const pulls =
          phone === null
            ? null
            : await registered(() => client.registerPull({ phone, callbackUrl: channels.hookUrl(row, "c") }));
        const settings = await transact(async (tx) => {
          const now = await lockChannel(tx, providerId, params.id);
          const settings = {
            ...now.settings,
            ...(told.ok ? { registered: true, responseType, c2bVersion: version } : {}),
            ...(pulls?.ok ? { pulls: true } : {}),
          };
          await tx
            .updateTable("channels")
            .set({ settings: json(settings) })
            .where("provider_id", "=", providerId)
            .where("channel_id", "=", params.id)
            .execute();
          return settings;
        });
        return {
          registered: settings.registered === true,
          pulls: settings.pulls === true,
          message: [told.text, pulls?.text].filter(Boolean).join("; "),
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/sites/{id}/channel",
      summary: "The channel that a site was told to sell through; null: the provider's newest",
      permission: "channels.read",
      params: idParams,
      response: z.object({ channelId: z.string().nullable() }),
      handle: ({ params, transact }) =>
        transact(async (tx) => {
          await readSite(tx, params.id);
          const chosen = tx.selectFrom("site_channels").select("channel_id").where("site_id", "=", params.id);
          return { channelId: (await chosen.executeTakeFirst())?.channel_id ?? null };
        }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/sites/{id}/channel",
      summary: "The channel that a site sells through; null: the provider's newest",
      permission: "channels.manage",
      params: idParams,
      body: z.strictObject({ channelId: z.string().min(1).max(128).nullable() }),
      response: z.object({ channelId: z.string().nullable() }),
      handle: ({ params, body, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, params.id);
          await tx
            .deleteFrom("site_channels")
            .where("provider_id", "=", providerId)
            .where("site_id", "=", params.id)
            .execute();
          const { channelId } = body;
          if (channelId !== null) {
            refuseNotSelling(await readChannel(tx, providerId, channelId));
            await tx
              .insertInto("site_channels")
              .values({ provider_id: providerId, site_id: params.id, channel_id: channelId })
              .execute();
          }
          await channelsChanged(tx, providerId);
          return { channelId };
        }),
    }),
  ];
}

/** One short code is one till of money: two channels of it would be two clearing accounts for the same shillings. */
async function refuseSecond(
  tx: Tx,
  providerId: string,
  { kind, shortcode, environment }: Pick<ChannelRow, "kind" | "shortcode" | "environment">,
): Promise<void> {
  // Two at once take turns: the second one sees the first.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`shortcode/${providerId}/${shortcode}`}, 0))`.execute(tx);
  const other = await tx
    .selectFrom("channels")
    .select(["name", "active"])
    .where("provider_id", "=", providerId)
    .where("kind", "in", [...kindsOfRail(railOf(kind))])
    .where("shortcode", "=", shortcode)
    .where("environment", "=", environment)
    .orderBy("channel_id")
    .executeTakeFirst();
  if (other === undefined) return;
  const advice = other.active ? "Change its keys there" : "It is switched off: switch it on there";
  const detail = `shortcode: the channel “${other.name}” has this short code already. ${advice}.`;
  throw new Problem(409, "shortcode-taken", detail, { field: "shortcode" });
}

/** A site that chose such a channel would sell through another one and nobody would know. */
function refuseNotSelling(row: ChannelRow): void {
  const refuse = (code: string, why: string) =>
    new Problem(422, code, `channelId: “${row.name}” ${why}.`, { field: "channelId" });
  if (!sellsAlone(row.kind)) throw refuse("not-for-customers", "is taken at a desk: no customer can pay through it");
  if (!row.active) throw refuse("channel-off", "is switched off");
  if (row.keys_problem !== null) throw refuse("keys-problem", "does not sell: its keys have to be accepted first");
}

/** "Already registered" is as good as done. */
async function registered(call: () => Promise<HttpAnswer>): Promise<{ readonly ok: boolean; readonly text: string }> {
  const answer = await call().catch((error: Error): HttpAnswer => ({ status: 0, body: error.message }));
  if (answer.status === 0) return { ok: false, text: answer.body || "no answer" };
  const read = readAnswer(answer.status, answer.body);
  if (read.kind === "error")
    return { ok: /already registered/i.test(read.text), text: read.text || `HTTP ${answer.status}` };
  const { ResponseCode, ResponseStatus, ResponseDescription } = read.fields;
  const code = String(ResponseCode ?? ResponseStatus ?? read.fields["Response Status"] ?? "");
  return { ok: ["0", "1000", "1001"].includes(code), text: String(ResponseDescription ?? "registered") };
}
