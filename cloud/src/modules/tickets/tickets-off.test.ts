/** A hub that is run without tickets, in which some were opened before. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { openLineShop } from "../../customer-page/test-line.ts";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";

const hub = useHub(anyEngine, { modules: [] });

test("[SYS-27] without tickets nobody is asked for them: not on the first page, not on a person's, not on the customers' own", async () => {
  const { provider, newLine } = await openLineShop(hub, "Small");
  const { phone, customerId, visitor } = await newLine("Amina");
  const { providerId, token } = provider;
  await hub.database().asProvider(providerId, (tx) =>
    sql`insert into tickets (provider_id, ticket_id, number, subject, kind, priority, state, customer_id, opened_by, opened_by_name, answer_due_ms,
        created_at_ms, changed_at_ms)
      values (${providerId}, 't1', 1, 'Slow', 'speed', 'low', 'open', ${customerId}, 'staff', 'Asha', 1, 1, 1)`.execute(
      tx,
    ),
  );
  const call = (path: string) => hub.call("GET", `/api/v1${path}`, { token });
  const kinds = (await call("/home")).body.waiting.map(({ kind }: { kind: string }) => kind);
  expect(kinds).not.toContain("tickets-late");
  const person = await call(`/person?phone=${phone}`);
  expect(person.body).toMatchObject({ customer: { customerId }, tickets: null });
  expect((await call("/search?q=%231")).body.items).toEqual([]);
  expect((await visitor.call("GET", "/overview")).body.modules).toEqual([]);
  expect((await visitor.call("GET", "/tickets")).status).toBe(404);
});

test("[SYS-27] [SYS-10] what was solved is forgotten by age, though nobody closes it any more", async () => {
  const { providerId } = await hub.makeProvider("Old");
  const ago = (days: number) => hub.world.clock.wall().atMs - days * 86_400_000;
  await hub.database().asProvider(providerId, async (tx) => {
    for (const [id, number, state, changedMs] of [
      ["old", 1, "solved", ago(1101)],
      ["young", 2, "solved", ago(1099)],
      ["open", 3, "open", ago(1101)],
    ] as const)
      await sql`insert into tickets (provider_id, ticket_id, number, subject, kind, priority, state, opened_by, opened_by_name, answer_due_ms,
          created_at_ms, changed_at_ms)
        values (${providerId}, ${id}, ${number}, 'Slow', 'speed', 'low', ${state}, 'staff', 'Asha', 1, 1, ${changedMs}::bigint)`.execute(
        tx,
      );
  });
  await hub.hub().maintenance.runDue();
  const left = await hub
    .database()
    .asProvider(providerId, (tx) => tx.selectFrom("tickets").select("ticketId").orderBy("ticketId").execute());
  expect(left.map(({ ticketId: id }) => id)).toEqual(["open", "young"]);
});
