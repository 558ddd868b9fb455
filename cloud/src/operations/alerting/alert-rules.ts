/** The providers' rules of who hears of which alarms. Whom they tell is stored sealed: it has people's phones. */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { notFound } from "../../ground/http/problem.ts";
import type { Recipients } from "../../ground/lists/alarm-way.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import type { AlertRule } from "./alert-policy.ts";

export interface RuleFields extends Omit<AlertRule, "ruleId" | "createdAtMs"> {
  readonly name: string;
  readonly active: boolean;
  readonly to: Recipients;
  readonly escalateTo: Recipients | null;
}

export interface StoredRule extends RuleFields {
  readonly ruleId: string;
  readonly createdAtMs: number;
}

export type RuleTerms = AlertRule & Pick<RuleFields, "active">;

type RuleRow = Selectable<Schema["alert_rules"]>;

/** Every provider has it from the start: what is grave, to the owners. It can be changed and switched off, and not removed. */
export const firstRuleId = "first";
const firstRule: RuleFields = {
  name: "Grave alarms",
  active: true,
  kinds: null,
  graveOnly: true,
  siteIds: null,
  afterMs: 10 * 60_000,
  wakes: false,
  tellsEnd: true,
  escalateAfterMs: null,
  to: { owners: true, userIds: [], push: true, phones: [], webhookIds: [] },
  escalateTo: null,
};

export interface AlertRules {
  /** The provider's rules, oldest first; makes the first one where it is missing. */
  read(tx: Tx, providerId: string): Promise<StoredRule[]>;
  /** Of each of these providers: when its rules tell, and not whom, so that nothing is opened. Null: it has not got its first one yet. */
  readTerms(tx: Tx, providerIds: readonly string[]): Promise<ReadonlyMap<string, readonly RuleTerms[] | null>>;
  readOne(tx: Tx, providerId: string, ruleId: string): Promise<StoredRule>;
  create(tx: Tx, providerId: string, fields: RuleFields): Promise<StoredRule>;
  change(tx: Tx, providerId: string, ruleId: string, fields: RuleFields): Promise<StoredRule>;
}

export function createAlertRules(world: World, envelope: Envelope): AlertRules {
  const contextOf = (providerId: string, ruleId: string, what: "to" | "escalate-to") =>
    `alert-rule/${providerId}/${ruleId}/${what}`;
  const columnsOf = (providerId: string, ruleId: string, fields: RuleFields) => {
    const seal = (what: "to" | "escalate-to", recipients: Recipients) =>
      envelope.seal(Buffer.from(JSON.stringify(recipients)), contextOf(providerId, ruleId, what));
    return {
      name: fields.name,
      active: fields.active,
      kinds: fields.kinds === null ? null : json(fields.kinds),
      graveOnly: fields.graveOnly,
      siteIds: fields.siteIds === null ? null : json(fields.siteIds),
      afterMs: fields.afterMs,
      wakes: fields.wakes,
      tellsEnd: fields.tellsEnd,
      toSealed: seal("to", fields.to),
      escalateAfterMs: fields.escalateAfterMs,
      escalateToSealed: fields.escalateTo === null ? null : seal("escalate-to", fields.escalateTo),
      updatedAtMs: world.clock.wall().atMs,
    };
  };
  const termsOf = (row: RuleRow): RuleTerms => ({
    ruleId: row.ruleId,
    active: row.active,
    kinds: row.kinds,
    graveOnly: row.graveOnly,
    siteIds: row.siteIds,
    afterMs: row.afterMs,
    wakes: row.wakes,
    tellsEnd: row.tellsEnd,
    escalateAfterMs: row.escalateAfterMs,
    createdAtMs: row.createdAtMs,
  });
  function ruleOf(row: RuleRow): StoredRule {
    const open = (what: "to" | "escalate-to", sealed: Uint8Array): Recipients =>
      JSON.parse(envelope.open(sealed, contextOf(row.providerId, row.ruleId, what)).toString("utf8"));
    return {
      ...termsOf(row),
      name: row.name,
      to: open("to", row.toSealed),
      escalateTo: row.escalateToSealed === null ? null : open("escalate-to", row.escalateToSealed),
    };
  }
  async function insert(
    tx: Tx,
    providerId: string,
    fields: RuleFields,
    { ruleId, createdAtMs }: { readonly ruleId: string; readonly createdAtMs: number },
  ): Promise<StoredRule | null> {
    const row = await tx
      .insertInto("alert_rules")
      .values({
        providerId,
        ruleId,
        ...columnsOf(providerId, ruleId, fields),
        createdAtMs,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    return row === undefined ? null : ruleOf(row);
  }
  const rowsOf = (tx: Tx, providerIds: readonly string[]) =>
    tx.selectFrom("alert_rules").selectAll().where("providerId", "in", providerIds).orderBy("createdAtMs").execute();

  return {
    async read(tx, providerId) {
      const rows = await rowsOf(tx, [providerId]);
      if (rows.some(({ ruleId }) => ruleId === firstRuleId)) return rows.map(ruleOf);
      // As old as its provider: it is made when it is first asked for, and that may be by the first alarm.
      const { createdAtMs } = await readProviderRow(tx, providerId);
      await insert(tx, providerId, firstRule, { ruleId: firstRuleId, createdAtMs });
      return (await rowsOf(tx, [providerId])).map(ruleOf);
    },
    async readTerms(tx, providerIds) {
      const owned = Map.groupBy(await rowsOf(tx, providerIds), (row) => row.providerId);
      return new Map(
        providerIds.map((providerId) => {
          const own = owned.get(providerId) ?? [];
          return [providerId, own.some((row) => row.ruleId === firstRuleId) ? own.map(termsOf) : null];
        }),
      );
    },
    async readOne(tx, providerId, ruleId) {
      const rule = (await this.read(tx, providerId)).find((one) => one.ruleId === ruleId);
      if (rule === undefined) throw notFound("alarm rule");
      return rule;
    },
    async create(tx, providerId, fields) {
      const made = { ruleId: newId(world), createdAtMs: world.clock.wall().atMs };
      return (await insert(tx, providerId, fields, made)) as StoredRule;
    },
    async change(tx, providerId, ruleId, fields) {
      const row = await tx
        .updateTable("alert_rules")
        .set(columnsOf(providerId, ruleId, fields))
        .where("providerId", "=", providerId)
        .where("ruleId", "=", ruleId)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) throw notFound("alarm rule");
      return ruleOf(row);
    },
  };
}
