import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";

hubSuite("the search of tickets", (hub) => {
  test("[CUS-09] a ticket is found by its number and by its customer's phone", async () => {
    const { token } = await hub.makeProvider("Alpha");
    const find = async (q: string) =>
      (await hub.call("GET", `/api/v1/search?q=${encodeURIComponent(q)}`, { token })).body.items;
    const her = { name: "Achieng Otieno", phone: "0712345678" };
    const { customerId } = (await hub.call("POST", "/api/v1/customers", { token, body: her })).body;
    const about = { subject: "No internet", kind: "connection", text: "Since noon", customerId };
    const headers = { "Idempotency-Key": "a-ticket-to-find" };
    const { body } = await hub.call("POST", "/api/v1/tickets", { token, body: about, headers });
    const ticket = { kind: "ticket", id: body.ticketId, title: `#${body.number} No internet`, state: "open" };
    for (const typed of [`#${body.number}`, `${body.number}`])
      expect(await find(typed), typed).toContainEqual(expect.objectContaining({ ...ticket, isExact: true }));
    expect(await find("0712 345 678")).toContainEqual(expect.objectContaining({ ...ticket, isExact: false }));
    expect(await find("#99")).toEqual([]);
  });
});
