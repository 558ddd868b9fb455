/** Webhooks as a way in which people's programs are told of alarms: those that a rule names. */
import { sql } from "kysely";
import { refusal } from "../../ground/http/problem.ts";
import type { AlarmTeller, AlarmWay } from "../../ground/lists/alarm-way.ts";
import type { Webhooks } from "./webhooks.ts";

export const webhookWay: AlarmWay = {
  way: "webhook",
  outcome: sql`coalesce((select case d.state when 'delivered' then 'sent' when 'failed' then 'failed' else 'waiting' end
    from webhook_deliveries d where d.provider_id = n.provider_id and d.delivery_id = n.sent_as), 'failed')`,
  name: sql`(select w.name from webhooks w where w.provider_id = n.provider_id and w.webhook_id = n.to_masked)`,
  async check(tx, { webhookIds }, field) {
    if (webhookIds.length === 0) return;
    const there = await tx.selectFrom("webhooks").select("webhookId").where("webhookId", "in", webhookIds).execute();
    const missing = webhookIds.find((id) => !there.some((row) => row.webhookId === id));
    if (missing !== undefined) throw refusal("unknown-reference", { field: `${field}.webhookIds`, value: missing });
  },
};

export const webhookTeller = (webhooks: Pick<Webhooks, "post">): AlarmTeller => ({
  way: "webhook",
  addressees: async (tx, { webhookIds }, { providerId, what, alerts }) =>
    [...new Set(webhookIds)].map((webhookId) => ({
      toMasked: webhookId,
      send: () =>
        webhooks.post(tx, providerId, webhookId, {
          event: `alarm.${what}`,
          data: {
            alarms: alerts.map(({ alertId, kind, siteId, where, beganAtMs }) => ({
              alertId,
              kind,
              siteId,
              where,
              beganAtMs,
            })),
          },
        }),
    })),
});
