/** `/api/v1/alarm-rules`: who hears of which alarms, and what was told to whom. */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import { siteNameOf } from "../../fleet/sites/site-names.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import type { AlarmWay, Recipients } from "../../ground/lists/alarm-way.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { type AlertRules, firstRuleId, type RuleFields, type StoredRule } from "./alert-rules.ts";
import { checkKnown, checkSites, once } from "./named-rows.ts";
import { outcomeSql, toldWhomSql } from "./notice-outcome.ts";
import { type TellParts, tell } from "./tell.ts";

const id = z.string().min(1).max(128);
const recipients = z.strictObject({
  /** The owners (at the platform: its admins), by e-mail. */
  owners: z.boolean(),
  /** Other users, by e-mail. */
  userIds: z.array(id).max(20),
  /** The owners and those users also on the phones and browsers where they switched it on. */
  push: z.boolean().default(true),
  /** By SMS, through the provider's own sender. */
  phones: z.array(phoneField).max(10),
  webhookIds: z.array(id).max(5),
});
const ruleFields = z.strictObject({
  name: z.string().trim().min(1).max(100),
  active: z.boolean(),
  /** Names of alarms, as `/alarms` has them; null: every kind. */
  kinds: z
    .array(z.string().regex(/^[a-z0-9-]{1,60}$/))
    .min(1)
    .max(60)
    .nullable(),
  graveOnly: z.boolean(),
  /** Null: every site, and alarms of no site. */
  siteIds: z.array(id).min(1).max(2000).nullable(),
  /** An alarm that lasts is told when it has lasted so long. */
  afterMs: z.int().min(0).max(86_400_000),
  /** Grave alarms are told in quiet hours too. */
  wakes: z.boolean(),
  tellsEnd: z.boolean(),
  to: recipients,
  /** Nobody took care of it for so long: it is told to others. Null: only where nobody could be told at all. */
  escalateAfterMs: z.int().min(60_000).max(86_400_000).nullable(),
  /** Null: the owners by e-mail. */
  escalateTo: recipients.nullable(),
});
export const ruleView = ruleFields.extend({
  ruleId: z.string(),
  /** It was there from the start: it can be switched off, and not removed. */
  isFirst: z.boolean(),
  createdAtMs: z.int(),
});
export const noticeView = z.object({
  noticeId: z.string(),
  what: z.enum(["begun", "escalated", "ended", "test"]),
  way: z.enum(["sms", "email", "webhook", "push"]),
  /** A masked phone, an address, a webhook's name, or whose browser it is. */
  to: z.string(),
  state: z.enum(["waiting", "sent", "failed"]),
  kinds: z.array(z.string()),
  siteNames: z.array(z.string()),
  atMs: z.int(),
});

const rulesMax = 50;

const ruleList = listOf({
  sort: { made: { by: sql.ref("createdAtMs"), kind: "number" } },
  default: "made",
  tie: [sql.ref("ruleId")],
  search: [sql.ref("name")],
});
const noticeList = listOf({
  sort: { at: { by: sql.ref("n.atMs"), kind: "number" } },
  default: "-at",
  tie: [sql.ref("n.noticeId")],
  search: [sql.ref("n.toMasked")],
});

export interface AlertRouteParts extends TellParts {
  readonly world: World;
  readonly database: Database;
  readonly rules: AlertRules;
  /** Further ways, also those that are off. */
  readonly ways: readonly AlarmWay[];
}

export function alertRoutes(parts: AlertRouteParts) {
  const { world, rules, ways } = parts;
  const nowMs = () => world.clock.wall().atMs;
  return [
    route({
      method: "GET",
      path: "/api/v1/alarm-rules",
      summary: "Who hears of which alarms, and how",
      permission: "alerts.read",
      query: ruleList.query,
      response: pageOf(ruleView),
      handle: ({ query, providerId, actor, transact }) =>
        transact(async (tx) => {
          const stored = await rules.read(tx, providerId);
          const page = await ruleList.page(tx.selectFrom("alert_rules").selectAll(), query, ({ ruleId }) => ruleId);
          return {
            ...page,
            items: page.items.map((ruleId) =>
              viewOf(stored.find((one) => one.ruleId === ruleId) as StoredRule, actor.may("alerts.manage")),
            ),
          };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/alarm-rules",
      summary: "Add a rule",
      permission: "alerts.manage",
      notForSupport: "sends-on",
      body: ruleFields,
      status: 201,
      response: ruleView,
      handle: ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          await lockProvider(tx, providerId);
          if ((await rules.read(tx, providerId)).length >= rulesMax) throw refusal("too-many-alarm-rules");
          const rule = await rules.create(tx, providerId, await checked(tx, providerId, body, ways));
          auditTarget(rule.ruleId);
          return viewOf(rule);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/alarm-rules/{ruleId}",
      summary: "One rule",
      permission: "alerts.read",
      params: z.object({ ruleId: id }),
      response: ruleView,
      handle: ({ params: { ruleId }, providerId, actor, transact }) =>
        transact(async (tx) => viewOf(await rules.readOne(tx, providerId, ruleId), actor.may("alerts.manage"))),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/alarm-rules/{ruleId}",
      summary: "Change a rule, or switch it off and on",
      permission: "alerts.manage",
      notForSupport: "sends-on",
      params: z.object({ ruleId: id }),
      body: ruleFields.partial().strict(),
      response: ruleView,
      handle: ({ params: { ruleId }, body, providerId, transact }) =>
        transact(async (tx) => {
          // Two changes at once: the later one must not write back whom the earlier one took out.
          await lockProvider(tx, providerId);
          const before = await rules.readOne(tx, providerId, ruleId);
          const { ruleId: _, createdAtMs: __, ...fields } = before;
          const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
          const after = await checked(tx, providerId, { ...fields, ...given } as RuleFields, ways);
          return viewOf(await rules.change(tx, providerId, ruleId, after));
        }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/alarm-rules/{ruleId}",
      summary: "Remove a rule; the first one stays, and can be switched off",
      permission: "alerts.manage",
      params: z.object({ ruleId: id }),
      status: 204,
      response: z.null(),
      handle: ({ params: { ruleId }, transact }) =>
        transact(async (tx) => {
          if (ruleId === firstRuleId) throw refusal("first-alarm-rule");
          const gone = await tx.deleteFrom("alert_rules").where("ruleId", "=", ruleId).executeTakeFirst();
          if (gone.numDeletedRows === 0n) throw notFound("alarm rule");
          return null;
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/alarm-rules/{ruleId}/test",
      summary: "Tell the rule's people now, as if a site were silent: the way is tried, no alarm is made",
      permission: "alerts.manage",
      params: z.object({ ruleId: id }),
      body: null,
      status: 202,
      response: z.object({ messages: z.int() }),
      handle: ({ params: { ruleId }, providerId, transact }) =>
        transact(async (tx) => {
          const rule = await rules.readOne(tx, providerId, ruleId);
          await lockProvider(tx, providerId);
          await refuseManyTests(tx, nowMs());
          const row = await readProviderRow(tx, providerId);
          const provider = { providerId, name: row.name, locale: row.locale, utcOffsetMinutes: row.utcOffsetMinutes };
          return { messages: await tell(parts, tx, provider, { to: rule.to, what: "test", alerts: [] }) };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/alarm-notices",
      summary: "What was told of alarms, to whom, and whether it left; newest first",
      permission: "alerts.read",
      query: noticeList.query,
      response: pageOf(noticeView),
      handle: ({ query, transact }) => transact((tx) => listNotices(tx, query, ways)),
    }),
  ];
}

function listNotices(tx: Tx, query: z.output<typeof noticeList.query>, ways: readonly AlarmWay[]) {
  const rows = tx
    .selectFrom("alert_notices as n")
    .selectAll("n")
    .select([
      toldWhomSql(ways).as("toldWhom"),
      sql<"waiting" | "sent" | "failed">`${outcomeSql(ways)}`.as("state"),
      sql<
        { kind: string; name: string | null }[]
      >`(select coalesce(jsonb_agg(jsonb_build_object('kind', a.kind, 'name', ${siteNameOf("a")})), '[]')
        from alert_notice_causes c
        join alerts a on a.provider_id = c.provider_id and a.alert_id = c.alert_id
        where c.provider_id = n.provider_id and c.notice_id = n.notice_id)`.as("causes"),
    ]);
  return noticeList.page(rows, query, (row) => ({
    noticeId: row.noticeId,
    what: row.what,
    way: row.way,
    to: row.toldWhom,
    state: row.state,
    kinds: [...new Set(row.causes.map(({ kind }) => kind))],
    siteNames: row.causes.flatMap(({ name }) => (name === null ? [] : [name])),
    atMs: row.atMs,
  }));
}

/** Each costs a message: ten in an hour. */
async function refuseManyTests(tx: Tx, nowMs: number): Promise<void> {
  const { count } = await tx
    .selectFrom("alert_notices")
    .select((from) => from.fn.countAll<number>().as("count"))
    .where("what", "=", "test")
    .where("atMs", ">", nowMs - 3_600_000)
    .executeTakeFirstOrThrow();
  const retryAfterSeconds = 3600;
  if (Number(count) >= 10) throw refusal("too-many-tries", { retryAfterSeconds });
}

/** Throws Problems that name the field. Phones as they are stored: MSISDN. */
async function checked(tx: Tx, providerId: string, given: RuleFields, ways: readonly AlarmWay[]): Promise<RuleFields> {
  const fields = { ...given, siteIds: once(given.siteIds) };
  await checkSites(tx, fields.siteIds);
  const country = await countryOfProvider(tx, providerId);
  const check = async (field: "to" | "escalateTo", given: Recipients): Promise<Recipients> => {
    await checkKnown(tx, "users", "userId", given.userIds, `${field}.userIds`);
    for (const way of ways) await way.check?.(tx, given, field);
    return { ...given, phones: given.phones.map((phone) => readPhone(phone, country, `${field}.phones`)) };
  };
  return {
    ...fields,
    to: await check("to", fields.to),
    escalateTo: fields.escalateTo === null ? null : await check("escalateTo", fields.escalateTo),
  };
}

/** @param isWhole who may not change rules sees no whole phone numbers */
const viewOf = (rule: StoredRule, isWhole = true): z.output<typeof ruleView> => ({
  ...rule,
  kinds: rule.kinds === null ? null : [...rule.kinds],
  siteIds: rule.siteIds === null ? null : [...rule.siteIds],
  to: recipientsView(rule.to, isWhole),
  escalateTo: rule.escalateTo === null ? null : recipientsView(rule.escalateTo, isWhole),
  isFirst: rule.ruleId === firstRuleId,
});
const recipientsView = (
  { owners, userIds, push, phones, webhookIds }: Recipients,
  isWhole: boolean,
): z.output<typeof recipients> => ({
  owners,
  userIds: [...userIds],
  push,
  phones: isWhole ? [...phones] : phones.map(maskPhone),
  webhookIds: [...webhookIds],
});
