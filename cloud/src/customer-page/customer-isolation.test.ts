/**
 * Every route for customers, found by its declaration: without a session, with a key of staff, and with the names of things of another customer, of
 * the same provider and of another one. A new route is in it without anybody remembering.
 */
import { beforeAll, expect, test, vi } from "vitest";
import type { Route } from "../ground/http/route.ts";
import { lacksModules } from "../modules/test-lacks-modules.ts";
import { insertPrompt } from "../money/matching/invoice-prompts.ts";
import { pngOf } from "../tenancy/pictures/test-png.ts";
import { hubSuite } from "../test-hub.ts";
import { type LineShop, openLineShop, type TestLine } from "./test-line.ts";

const photo = Buffer.from(pngOf(2, 2, () => [9, 9, 9, 255])).toString("base64");

hubSuite("the customers' page apart", { timeout: 120_000 }, (hub) => {
  let shop: LineShop;
  let asha: TestLine;
  /** Of a neighbour at the same provider, and of a customer of another provider. */
  let others: Record<string, string>[];

  beforeAll(async () => {
    shop = await openLineShop(hub, "Mwangaza");
    asha = await shop.newLine("Asha");
    const far = await openLineShop(hub, "Far away");
    others = [await idsOf(shop, await shop.newLine("Neighbour")), await idsOf(far, await far.newLine("Stranger"))];
  }, 120_000);

  /** What routes for customers name. */
  async function idsOf(of: LineShop, line: TestLine): Promise<Record<string, string>> {
    const { providerId, token } = of.provider;
    const { items } = (await line.visitor.call("GET", "/sessions")).body;
    const channel = await hub.call("POST", "/api/v1/channels", {
      token,
      body: {
        kind: "mpesa-paybill",
        name: "Paybill",
        shortcode: "600100",
        environment: "sandbox",
        passkey: "pass key",
        consumerKey: "consumer key",
        consumerSecret: "consumer secret",
      },
    });
    expect(channel.status, channel.text).toBe(201);
    const { customer } = { customer: `customer/${line.customerId}` };
    const promptId = `prompt-of-${line.customerId}`;
    await hub.database().asProvider(providerId, (tx) =>
      insertPrompt(tx, {
        providerId,
        promptId,
        invoiceId: customer,
        channelId: channel.body.channelId ?? channel.body.id,
        idempotencyKey: promptId,
        secretHash: promptId,
        accountNumber: "12345678",
        phoneHash: "0".repeat(64),
        phoneMasked: "2547***111",
        amountCents: 100,
        currency: "KES",
        state: "prompted",
        askedBy: customer,
        createdAtMs: 1,
        changedAtMs: 1,
      } as Parameters<typeof insertPrompt>[1]),
    );
    await line.topUp(250_000);
    const paid = { headers: { "Idempotency-Key": "paid-for-a-document" }, body: { expectedCents: 250_000 } };
    expect((await line.visitor.call("POST", `/subscriptions/${line.subscriptionId}/renew`, paid)).status).toBe(200);
    const documentId = await vi.waitFor(
      async () => {
        const documents = (await line.visitor.call("GET", "/documents")).body.items;
        expect(documents.length).toBeGreaterThan(0);
        return documents[0].documentId as string;
      },
      { timeout: 20_000 },
    );
    const pdf = await line.visitor.call("GET", `/documents/${documentId}/pdf?language=sw`);
    expect([pdf.status, pdf.text.slice(0, 5)]).toEqual([200, "%PDF-"]);
    expect(pdf.headers.get("content-disposition")).toMatch(/^attachment; /);
    return {
      documentId,
      ...(lacksModules("tickets") ? {} : await ticketOf(line)),
      subscriptionId: line.subscriptionId,
      sessionId: items[0].sessionId,
      promptId,
    };
  }

  async function ticketOf(line: TestLine): Promise<Record<string, string>> {
    const body = { subject: "Slow", kind: "speed", text: "Since Monday." };
    const ticket = await line.visitor.call("POST", "/tickets", { body, headers: { "Idempotency-Key": "asked" } });
    expect(ticket.status, ticket.text).toBe(201);
    const { ticketId } = ticket.body;
    const picture = { body: { file: photo }, headers: { "Idempotency-Key": "shown" } };
    const pictured = await line.visitor.call("POST", `/tickets/${ticketId}/pictures`, picture);
    expect(pictured.status, pictured.text).toBe(200);
    return { ticketId, ticketPictureId: pictured.body.pictures[0].pictureId };
  }

  const routes = () => hub.hub().routes.filter(({ permission }) => permission === "customer");
  const pathOf = (route: Route, ids: Record<string, string>) =>
    route.path.replace("/api/v1/my/{provider}", "").replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const id = ids[name];
      if (id === undefined) throw new Error(`${route.path}: the sweep has no ${name} of another customer`);
      return id;
    });
  /** Of each route that wants one: it fits. */
  const bodies: Record<string, object> = {
    renew: { expectedCents: 1_000_000 },
    promise: { days: 1 },
    pause: { days: 1 },
    resume: {},
    "change-plan": { planId: "x", expectedCents: 0 },
    answer: { text: "And?" },
    pictures: { file: photo },
    close: {},
    tickets: { subject: "Slow", kind: "speed", text: "Since Monday." },
  };
  const bodyOf = ({ method, path }: Route, ids: Record<string, string>): object | undefined => {
    if (method === "GET" || method === "DELETE") return undefined;
    if (method === "PATCH") return path.endsWith("/wishes") ? { marketing: true } : { autoRenew: true };
    if (path.endsWith("/prompts")) return { subscriptionId: ids.subscriptionId };
    return bodies[path.split("/").at(-1) ?? ""];
  };
  const ask = (route: Route, ids: Record<string, string>, given: object = {}) => {
    const body = bodyOf(route, ids);
    const query = route.path.endsWith("/plan-change") ? "?planId=x" : "";
    const headers = { "Idempotency-Key": "one-of-the-sweep" };
    return asha.visitor.call(route.method, pathOf(route, ids) + query, {
      ...(body === undefined ? {} : { body }),
      headers,
      ...given,
    });
  };

  test("[CUS-11] [TEN-01] nobody enters without a session of this provider's customers", async () => {
    expect(routes().length).toBeGreaterThan(12);
    const staff = { Authorization: `Bearer ${shop.provider.token}`, "Idempotency-Key": "x" };
    for (const route of routes()) {
      const name = `${route.method} ${route.path}`;
      expect([name, (await ask(route, others[0] ?? {}, { cookie: null })).status]).toEqual([name, 401]);
      expect([name, (await ask(route, others[0] ?? {}, { headers: staff })).status]).toEqual([name, 401]);
    }
  });

  test("[CUS-11] what moves a customer's money, and what stands in a ticket, wants a key, so that it is done once", async () => {
    const keyed = routes().filter(({ needsKey }) => needsKey === true);
    expect(keyed.length).toBeGreaterThan(2);
    for (const route of keyed) {
      const { status, body } = await ask(route, { ...others[0], subscriptionId: asha.subscriptionId }, { headers: {} });
      expect([route.path, status, body.field]).toEqual([route.path, 400, "Idempotency-Key"]);
    }
  });

  test("[CUS-11] [TEN-01] another customer's things do not exist, whoever's they are", async () => {
    let asked = 0;
    for (const route of routes().filter((one) => /\{(?!provider)/.test(one.path) || one.path.endsWith("/prompts"))) {
      if (route.method === "GET" && route.path.endsWith("/prompts")) continue;
      const answers = [];
      for (const ids of [
        ...others,
        {
          subscriptionId: "none",
          sessionId: "none",
          promptId: "none",
          ticketId: "none",
          ticketPictureId: "none",
          documentId: "none",
        },
      ]) {
        const { status, body } = await ask(route, ids);
        answers.push({ status, code: body?.code, detail: body?.detail });
        asked++;
      }
      const name = `${route.method} ${route.path}`;
      expect([name, answers[0]?.status], JSON.stringify(answers)).toEqual([name, 404]);
      expect([name, answers[0], answers[1]]).toEqual([name, answers[2], answers[2]]);
    }
    expect(asked).toBeGreaterThan(25);
    // Nothing of theirs has changed.
    for (const [index, provider] of [shop.provider].entries()) {
      const { body } = await hub.call("GET", `/api/v1/subscriptions/${others[index]?.subscriptionId}`, {
        token: provider.token,
      });
      expect(body).toMatchObject({ autoRenew: false, promisedUntilMs: null });
    }
  });
});
