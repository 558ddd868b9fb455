/** Who asks again, because the answer was lost on the way, is heard once. */
import { expect, test } from "vitest";
import { openLineShop } from "../../customer-page/test-line.ts";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { pngOf } from "../../tenancy/pictures/test-png.ts";
import { useHub } from "../../test-hub.ts";

const hub = useHub(anyEngine);
const file = Buffer.from(pngOf(2, 2, () => [9, 9, 9, 255])).toString("base64");

test("[CUS-09] a customer's question, answer and picture stand once, however often they are sent with their key; a neighbour's key is another one", async () => {
  const shop = await openLineShop(hub, "Mwangaza");
  const [asha, neighbour] = [await shop.newLine("Asha"), await shop.newLine("Neighbour")];
  const headers = { "Idempotency-Key": "asked-once" };
  const send = (line: typeof asha, path: string, body: object) =>
    line.visitor.call("POST", `/tickets${path}`, { body, headers });
  const question = { subject: "Slow", kind: "speed", text: "Since Monday." };
  const [first, again] = [await send(asha, "", question), await send(asha, "", question)];
  expect([first.status, again.status], again.text).toEqual([201, 201]);
  expect(again.body).toEqual(first.body);
  const { ticketId } = first.body;
  for (const _ of [1, 2]) {
    expect((await send(asha, `/${ticketId}/answer`, { text: "Still." })).status).toBe(200);
    expect((await send(asha, `/${ticketId}/pictures`, { file })).status).toBe(200);
  }
  const { body: whole } = await asha.visitor.call("GET", `/tickets/${ticketId}`);
  expect(whole.entries.map(({ said }: { said: string }) => said)).toEqual(["Since Monday.", "Still."]);
  expect(whole.pictures).toHaveLength(1);
  expect((await asha.visitor.call("GET", "/tickets")).body.items).toHaveLength(1);

  // Neither another's answer nor a word of there being one.
  const theirs = await send(neighbour, "", question);
  expect([theirs.status, theirs.body.ticketId === ticketId], theirs.text).toEqual([201, false]);
  const other = await send(asha, "", { ...question, text: "Since Tuesday." });
  expect(other.body).toMatchObject({ status: 422, code: "idempotency-key-reused" });
});

test("[CUS-09] a note and a picture of staff stand once, however often they are sent with their key", async () => {
  const { token } = await hub.makeProvider("Taa");
  const headers = { "Idempotency-Key": "noted-once" };
  const post = (path: string, body: object) => hub.call("POST", `/api/v1/tickets${path}`, { token, body, headers });
  const { body: ticket } = await post("", { subject: "Slow", kind: "speed", text: "Since Monday." });
  for (const _ of [1, 2]) {
    expect((await post(`/${ticket.ticketId}/notes`, { text: "Be kind" })).status).toBe(200);
    expect((await post(`/${ticket.ticketId}/pictures`, { file })).status).toBe(201);
  }
  const { body: whole } = await hub.call("GET", `/api/v1/tickets/${ticket.ticketId}`, { token });
  expect(whole.pictures).toHaveLength(1);
  expect(whole.entries.filter(({ kind }: { kind: string }) => kind === "note")).toHaveLength(1);
  const unkeyed = await hub.call("POST", `/api/v1/tickets/${ticket.ticketId}/notes`, { token, body: { text: "x" } });
  expect(unkeyed.body).toMatchObject({ status: 400, field: "Idempotency-Key" });
});
