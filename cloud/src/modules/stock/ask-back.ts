/**
 * What is lent is asked back when a customer's last line ends: it is marked, and the office gets one ticket for it. A customer who comes back
 * keeps it, and the mark goes. A customer who never had a subscription (a free line) is not asked.
 */
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database } from "../../ground/db/database.ts";
import { eachInTurn } from "../../ground/jobs/each-in-turn.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { insertTicket, type TicketParts } from "../tickets/tickets.ts";

interface Lent {
  readonly providerId: string;
  readonly customerId: string;
  readonly customerName: string;
  readonly isDeleted: boolean;
  readonly items: readonly { readonly itemId: string; readonly text: string }[];
}

const everyMs = 10 * 60_000;
const atOnce = 200;

export function askBackJob(
  parts: TicketParts & { readonly world: World; readonly database: Database },
): MaintenanceJob {
  return {
    name: "ask-equipment-back",
    everyMs,
    async run() {
      const { database, world } = parts;
      // Providers take turns, in another order each time: those that fail again and again hold up none of the others.
      const turns = String(world.clock.wall().atMs);
      const lent = await database.asPlatform("ask-equipment-back", async (tx) => {
        const { rows } = await sql<Lent>`
          select i.provider_id, i.customer_id, c.name as "customerName",
            c.deleted_at_ms is not null as "isDeleted",
            jsonb_agg(jsonb_build_object('itemId', i.item_id, 'text', k.name || ' ' || i.serial) order by i.item_id) as items
          from stock_items i
          join stock_kinds k on k.provider_id = i.provider_id and k.kind_id = i.kind_id
          join customers c on c.provider_id = i.provider_id and c.customer_id = i.customer_id
          where i.holding = 'lent' and i.asked_back_ms is null and ${hasLeft}
          group by i.provider_id, i.customer_id, c.name, c.deleted_at_ms
          order by row_number() over (partition by i.provider_id order by md5(i.customer_id || ${turns})), md5(i.customer_id || ${turns})
          limit ${atOnce}`.execute(tx);
        return rows;
      });
      await eachInTurn(
        world,
        "ask-equipment-back",
        lent,
        ({ providerId, customerId, customerName, isDeleted, items }) =>
          database.asProvider(providerId, async (tx) => {
            const nowMs = world.clock.wall().atMs;
            const asked = await tx
              .updateTable("stock_items")
              .set({ askedBackMs: nowMs })
              .where(
                "itemId",
                "in",
                items.map(({ itemId }) => itemId),
              )
              .where("customerId", "=", customerId)
              .where("holding", "=", "lent")
              .where("askedBackMs", "is", null)
              .returning("itemId")
              .execute();
            if (asked.length === 0) return 0;
            const { locale } = await readProviderRow(tx, providerId);
            const title = locale === "sw" ? "Vifaa vya kurudishwa" : "Equipment to get back";
            await insertTicket(
              parts,
              tx,
              providerId,
              {
                subject: cutText(`${title}: ${customerName}`, 120),
                kind: "equipment",
                priority: "normal",
                text: items.map(({ text }) => text).join("\n"),
                customerId: isDeleted ? null : customerId,
                siteId: null,
                accountId: null,
                assignedTo: null,
                openedBy: "karibu",
                about: `ask-back/${customerId}/${nowMs}`,
              },
              { name: "Karibu", userId: null },
            );
            return 1;
          }),
      );
      const back = await database.asPlatform("ask-equipment-back", async (tx) => {
        const { numAffectedRows = 0n } = await sql`update stock_items i set asked_back_ms = null
          where i.holding = 'lent' and i.asked_back_ms is not null and exists (select from customers c
            where c.provider_id = i.provider_id and c.customer_id = i.customer_id and not (${hasLeft}))`.execute(tx);
        return numAffectedRows;
      });
      return `${lent.length} customers are to give something back, ${back} things stay`;
    },
  };
}

/** Of a customer `c`: deleted, or had lines, and all have ended. One that is cancelled still runs on what is paid, over what is lent. */
const hasLeft = sql`(c.deleted_at_ms is not null or (
  exists (select from subscriptions s where s.provider_id = c.provider_id and s.customer_id = c.customer_id)
  and not exists (select from subscriptions s where s.provider_id = c.provider_id and s.customer_id = c.customer_id
    and s.ended_at_ms is null)))`;
