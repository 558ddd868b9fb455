/** A hub whose tickets can't be read: what else it shows stays. */
import { sql } from "kysely";
import { expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";
import { samplesOfModules } from "../test-all-modules.ts";

const hub = useHub(anyEngine);

test("[SYS-27] a module that fails takes away neither the first page, nor the search, nor a person's page: it is named, and the rest is there", async () => {
  const { token, providerId } = await hub.makeProvider("Broken");
  const get = (path: string) => hub.call("GET", `/api/v1${path}`, { token });
  const person = { name: "Achieng Otieno", phone: "0712345678" };
  await hub.call("POST", "/api/v1/customers", { token, body: person });
  const { siteId } = (await hub.call("POST", "/api/v1/sites", { token, body: { name: "Kiosk" } })).body.site;
  const at = { providerId, siteId, nowMs: hub.world.clock.wall().atMs, label: "broken" };
  for (const row of samplesOfModules.flatMap(({ waiting = {} }) => Object.values(waiting).map((make) => make(at))))
    await hub.database().asProvider(providerId, (tx) => row.execute(tx));
  // Something of the hub's own waits, too.
  const lines = [{ text: "Cable", quantity: 1, unitCents: 1000 }];
  const invoice = { token, body: { customerName: "Guest house", lines }, headers: { "Idempotency-Key": "i1" } };
  expect((await hub.call("POST", "/api/v1/invoices", invoice)).status).toBe(201);
  await hub.database().asProvider(providerId, (tx) => sql`update invoices set due_on = '2020-01-01'`.execute(tx));
  const rename = (from: string, to: string) =>
    hub.database().alone("write", (run) => run(`alter table ${from} rename to ${to}`));
  const read = async () => {
    const [home, search, found] = [
      await get("/home"),
      await get("/search?q=0712345678"),
      await get("/person?phone=0712345678"),
    ];
    expect([home.status, search.status, found.status], `${search.text} ${found.text}`).toEqual([200, 200, 200]);
    return { home: home.body, search: search.body, person: found.body };
  };
  const before = await read();
  expect([before.home.notAsked, before.search.notAsked, before.person.notAsked]).toEqual([[], [], []]);
  await rename("tickets", "tickets_away");
  try {
    const after = await read();
    expect(after.home.notAsked).toEqual(["tickets"]);
    const others = before.home.waiting.filter(({ kind }: { kind: string }) => !kind.startsWith("tickets"));
    expect(others).toContainEqual(expect.objectContaining({ kind: "invoices-overdue" }));
    expect(after.home.waiting).toEqual(others);
    expect(after.search).toEqual({ items: before.search.items, notAsked: ["tickets"] });
    expect(after.search.items).toContainEqual(expect.objectContaining({ kind: "customer", title: person.name }));
    expect(after.person).toEqual({ ...before.person, tickets: null, notAsked: ["tickets"] });
  } finally {
    await rename("tickets_away", "tickets");
  }
});
