/** Tickets from the first word of a customer to the last of the office. */
import { longTest } from "@karibu/protocol/test-long-run";
import { beforeAll, expect, test, vi } from "vitest";
import { openLineShop } from "../../customer-page/test-line.ts";
import { engineSuite } from "../../ground/db/test-databases.ts";
import { advanta } from "../../messaging/test-gateway.ts";
import { photoSize } from "../../tenancy/pictures/make-picture.ts";
import { pngOf } from "../../tenancy/pictures/test-png.ts";
import { askerOf } from "../../test-asking.ts";
import { ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";
import {
  addPictureAsCustomer,
  answerAsCustomer,
  closeAsCustomer,
  openTicketAsCustomer,
  pictureOfCustomer,
  ticketOfCustomer,
  ticketsOfCustomer,
} from "./customer-tickets.ts";

const hourMs = 3_600_000;

engineSuite("tickets", (engine) => {
  const sent: { mobile: string; message: string }[] = [];
  const hub = useHub(engine, {
    http: async ({ body = "{}" }) => {
      sent.push(JSON.parse(body));
      return { status: 200, body: JSON.stringify({ responses: [{ "respose-code": 200, messageid: sent.length }] }) };
    },
  });
  let provider: TestProvider;
  let siteId = "";
  let customerId = "";
  const call = askerOf(hub, () => provider.token);
  const parts = () => ({ world: hub.world, emit: async () => {} });
  const as = <T>(work: Parameters<ReturnType<typeof hub.database>["asProvider"]>[1]) =>
    hub.database().asProvider(provider.providerId, work) as Promise<T>;
  const asCustomer = (text: string, of = customerId) =>
    hub.database().asProvider(provider.providerId, (tx) =>
      openTicketAsCustomer(parts(), tx, {
        providerId: provider.providerId,
        customerId: of,
        subject: "No internet",
        kind: "connection",
        text,
      }),
    );

  /** Log-ins end meanwhile. */
  const later = async (byMs: number) => {
    hub.moveClock(byMs);
    provider = { ...provider, token: await hub.logIn(provider.ownerEmail, ownerPassword) };
  };
  beforeAll(async () => {
    provider = await hub.makeProvider("Mwangaza");
    siteId = (await call("POST", "/sites", { name: "Hill" })).body.site.siteId;
    const customer = { name: "Achieng", phone: "0711000001", email: "achieng@home.test", siteId };
    customerId = (await call("POST", "/customers", customer)).body.customerId;
    expect((await call("POST", "/message-senders", advanta)).status).toBe(201);
  });

  test("[CUS-09] a customer opens it, staff answer by SMS and e-mail, the customer disagrees, and all of it stands in the log", async () => {
    const { ticketId, number } = await asCustomer("Since yesterday");
    expect((await call("GET", "/tickets?live=true&unassigned=true")).body.items).toMatchObject([
      { ticketId, customerName: "Achieng", siteName: "Hill", state: "open", late: null, openedBy: "customer" },
    ]);
    await call("POST", `/tickets/${ticketId}/notes`, { text: "He forgot to pay, be kind" });
    const { userId } = (await call("GET", "/users")).body.items[0];
    await call("PATCH", `/tickets/${ticketId}`, { priority: "high", assignedTo: userId });
    const answer = { text: "Please restart the router", ways: ["sms", "email"], state: "waiting" };
    const answered = await call("POST", `/tickets/${ticketId}/answers`, answer);
    expect(answered.body).toMatchObject({ state: "waiting", priority: "high", solveDueMs: null });
    await vi.waitFor(() => expect(sent).toHaveLength(1), { timeout: 20_000 });
    expect(sent[0]).toMatchObject({ message: `Mwangaza, ticket ${number}: Please restart the router` });
    await vi.waitFor(() => expect(hub.letters().some(({ to }) => to === "achieng@home.test")).toBe(true), {
      timeout: 20_000,
    });
    const mine = { providerId: provider.providerId, customerId, ticketId };
    const seen = await as<{ entries: { text: string }[]; state: string }>((tx) =>
      answerAsCustomer(parts(), tx, { ...mine, text: "Done, still nothing" }),
    );
    expect(seen.state).toBe("open");
    expect(seen.entries.map(({ text }) => text)).toEqual([
      "Since yesterday",
      "Please restart the router",
      "Done, still nothing",
    ]);
    await call("POST", `/tickets/${ticketId}/state`, { state: "solved" });
    expect(await as((tx) => answerAsCustomer(parts(), tx, { ...mine, text: "No!" }))).toMatchObject({
      state: "reopened",
    });
    expect(await as((tx) => closeAsCustomer(parts(), tx, mine))).toMatchObject({ state: "closed" });
    const { entries } = (await call("GET", `/tickets/${ticketId}`)).body;
    const told = entries.map((one: { kind: string; what: string | null; text: string; who: string }) =>
      [one.kind, one.what, one.text].filter((part) => part !== null).join(" "),
    );
    expect(told).toEqual([
      "message Since yesterday",
      "note He forgot to pay, be kind",
      "change priority high",
      expect.stringMatching(/^change assigned-to ./),
      "answer Please restart the router",
      "change state waiting",
      "message Done, still nothing",
      "change state open",
      "change state solved",
      "message No!",
      "change state reopened",
      "change state closed",
    ]);
    expect(entries.map(({ who }: { who: string }) => who).at(-1)).toBe("Achieng");
    const history = (await call("GET", `/customers/${customerId}/ticket-history`)).body.items;
    expect(history.map(({ from }: { from: string }) => from)).toEqual(["customer", "customer", "staff", "customer"]);
    await later(15 * 24 * hourMs);
    await expect(as((tx) => answerAsCustomer(parts(), tx, { ...mine, text: "And again" }))).rejects.toMatchObject({
      code: "ticket-over",
    });
  });

  test("[CUS-09] another's ticket is a 404, of a customer of the same provider too; five are open at most, twenty messages a day", async () => {
    const other = (await call("POST", "/customers", { name: "Njeri" })).body.customerId;
    const { ticketId } = await asCustomer("mine");
    const theirs = { providerId: provider.providerId, customerId: other, ticketId };
    for (const attack of [
      () => as((tx) => ticketOfCustomer(parts(), tx, theirs)),
      () => as((tx) => answerAsCustomer(parts(), tx, { ...theirs, text: "x" })),
      () => as((tx) => closeAsCustomer(parts(), tx, theirs)),
      () => as((tx) => pictureOfCustomer(tx, { ...theirs, pictureId: "x" })),
    ])
      await expect(attack()).rejects.toMatchObject({ status: 404 });
    expect(await as((tx) => ticketsOfCustomer(tx, other))).toEqual([]);
    const all = await Promise.allSettled(Array.from({ length: 7 }, (_, at) => asCustomer(`many ${at}`, other)));
    expect(all.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    const [first] = await as<{ ticketId: string }[]>((tx) => ticketsOfCustomer(tx, other));
    const say = () =>
      as((tx) => answerAsCustomer(parts(), tx, { ...theirs, ticketId: String(first?.ticketId), text: "hello" }));
    for (let at = 5; at < 20; at++) await say();
    await expect(say()).rejects.toMatchObject({ status: 429, code: "too-many-messages" });
    await later(25 * hourMs);
    await say();
  });

  test("[CUS-09] what a customer wrote while the clock was years ahead counts no more once it is set", async () => {
    const { customerId: other } = (await call("POST", "/customers", { name: "Awino" })).body;
    const { ticketId } = await asCustomer("mine", other);
    const theirs = { providerId: provider.providerId, customerId: other, ticketId };
    const say = () => as((tx) => answerAsCustomer(parts(), tx, { ...theirs, text: "hello" }));
    await later(3 * 365 * 24 * hourMs);
    for (let at = 0; at < 20; at++) await say();
    await expect(say()).rejects.toMatchObject({ code: "too-many-messages" });
    await later(-3 * 365 * 24 * hourMs);
    await say();
  });

  test("a ticket in which a customer was written with never becomes another's, who would read it on their page", async () => {
    const other = (await call("POST", "/customers", { name: "Wambui" })).body.customerId;
    const { ticketId } = await asCustomer("My neighbour steals my Wi-Fi");
    const moved = await call("PATCH", `/tickets/${ticketId}`, { customerId: other });
    expect(moved.body).toMatchObject({ code: "other-customer", field: "customerId" });
    await expect(as((tx) => ticketOfCustomer(parts(), tx, { customerId: other, ticketId }))).rejects.toMatchObject({
      status: 404,
    });
    const open = { subject: "x", kind: "other", text: "x" };
    const nobodys = (await call("POST", "/tickets", open)).body.ticketId;
    expect((await call("PATCH", `/tickets/${nobodys}`, { customerId: other })).status).toBe(200);
  });

  test("[CUS-09] what is late is counted by priority in working hours, and a changed priority changes what is due", async () => {
    const days = [0, 1, 2, 3, 4, 5, 6];
    const rules = (await call("GET", "/ticket-rules")).body;
    const targets = { ...rules.targets, urgent: { answerMinutes: 30, solveMinutes: 60 } };
    const put = await call("PUT", "/ticket-rules", { days, fromMinute: 0, untilMinute: 1440, targets });
    expect(put.status).toBe(200);
    expect((await call("PUT", "/ticket-rules", { days, fromMinute: 90, untilMinute: 80, targets })).status).toBe(400);
    const open = { subject: "Slow", kind: "speed", text: "it is slow", priority: "low" };
    const { ticketId, createdAtMs } = (await call("POST", "/tickets", open)).body;
    const urgent = (await call("PATCH", `/tickets/${ticketId}`, { priority: "urgent" })).body;
    expect(urgent).toMatchObject({ answerDueMs: createdAtMs + hourMs / 2, solveDueMs: createdAtMs + hourMs });
    const late = async () =>
      (await call("GET", "/tickets?late=true&limit=100")).body.items.find(
        (one: { ticketId: string }) => one.ticketId === ticketId,
      )?.late;
    expect(await late()).toBeUndefined();
    await later(0.75 * hourMs);
    expect(await late()).toBe("answer");
    await call("POST", `/tickets/${ticketId}/answers`, { text: "We look" });
    expect(await late()).toBeUndefined();
    await later(0.5 * hourMs);
    expect(await late()).toBe("solution");
    const { times, late: count } = (await call("GET", "/ticket-summary")).body;
    expect(count).toBeGreaterThan(0);
    const ofUrgent = times.find((one: { priority: string }) => one.priority === "urgent");
    expect(ofUrgent).toMatchObject({ tickets: 1, answered: 1, answeredLate: 1, solved: 0, solvedLate: 1 });
    expect(Math.round(ofUrgent.answerWorkMs / 60_000)).toBe(45);
  });

  test("[CUS-09] an answer that is kept ready knows its variables; one without a phone can't be answered by SMS", async () => {
    const wrong = await call("POST", "/canned-answers", { name: "Restart", text: "Dear {nmae}" });
    expect(wrong).toMatchObject({ status: 400, body: { code: "unknown-variable", field: "text", value: "nmae" } });
    expect((await call("POST", "/canned-answers", { name: "Restart", text: "Dear {name}" })).status).toBe(201);
    expect((await call("POST", "/canned-answers", { name: "restart", text: "x" })).status).toBe(409);
    const { customerId: none } = (await call("POST", "/customers", { name: "Nobody" })).body;
    const { ticketId } = (await call("POST", "/tickets", { subject: "x", kind: "other", text: "x", customerId: none }))
      .body;
    const refused = await call("POST", `/tickets/${ticketId}/answers`, { text: "x", ways: ["sms"] });
    expect(refused).toMatchObject({ status: 409, body: { code: "ticket-way" } });
    expect((await call("GET", `/tickets/${ticketId}`)).body).toMatchObject({ answeredAtMs: null, reachable: [] });
  });

  longTest(
    "[CUS-09] a picture is made anew, an SVG is refused, it is served as a download, and an internal one is not the customer's",
    async () => {
      const { ticketId } = await asCustomer("see picture");
      const file = Buffer.from(pngOf(1500, 900, () => [40, 90, 160, 255])).toString("base64");
      const made = await call("POST", `/tickets/${ticketId}/pictures`, { file });
      expect(made).toMatchObject({ status: 201, body: { width: photoSize.sidesPx[0], isInternal: false } });
      const hidden = await call("POST", `/tickets/${ticketId}/pictures`, { file, isInternal: true });
      const svg = Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>").toString("base64");
      expect((await call("POST", `/tickets/${ticketId}/pictures`, { file: svg })).body.code).toBe("not-a-picture");
      const path = `/tickets/${ticketId}/pictures/${made.body.ticketPictureId}/file`;
      const { headers } = await call("GET", path);
      expect(headers.get("content-disposition")).toMatch(/^attachment/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      const mine = { customerId, ticketId };
      const seen = await as<{ pictures: { pictureId: string }[] }>((tx) => ticketOfCustomer(parts(), tx, mine));
      expect(seen.pictures.map(({ pictureId }) => pictureId)).toEqual([made.body.ticketPictureId]);
      const { ticketPictureId: pictureId } = hidden.body;
      await expect(as((tx) => pictureOfCustomer(tx, { ...mine, pictureId }))).rejects.toMatchObject({ status: 404 });
    },
  );

  test("[CUS-09] a ticket in which a customer showed a picture never becomes another's, who would see it on their page", async () => {
    const customer = (await call("POST", "/customers", { name: "Njeri" })).body.customerId;
    const other = (await call("POST", "/customers", { name: "Kamau" })).body.customerId;
    const open = { subject: "Router", kind: "other", text: "called by phone", customerId: customer };
    const { ticketId } = (await call("POST", "/tickets", open)).body;
    const png = pngOf(300, 200, () => [40, 90, 160, 255]);
    const made = { mediaType: "image/png" as const, width: 300, height: 200, bytes: png };
    await as((tx) =>
      addPictureAsCustomer(parts(), tx, { providerId: provider.providerId, customerId: customer, ticketId, made }),
    );
    const moved = await call("PATCH", `/tickets/${ticketId}`, { customerId: other });
    expect(moved.body).toMatchObject({ code: "other-customer", field: "customerId" });
    // What only staff see may go along.
    const hidden = (await call("POST", "/tickets", open)).body.ticketId;
    const file = Buffer.from(png).toString("base64");
    await call("POST", `/tickets/${hidden}/pictures`, { file, isInternal: true });
    expect((await call("PATCH", `/tickets/${hidden}`, { customerId: other })).status).toBe(200);
  });

  test("[CUS-09] [CUS-11] a tab that still shows the customer before opens no ticket for the one who has logged in in this browser since", async () => {
    const shop = await openLineShop(hub, "One browser");
    const [first, second] = [await shop.newLine("Asha"), await shop.newLine("Zawadi")];
    const browser = second.visitor;
    const as = (customer: string) => ({ headers: { "Karibu-Customer": customer, "Idempotency-Key": "old-tab-1" } });
    const asked = { subject: "My bill", kind: "payment", text: "I am Asha" };
    const refused = await browser.call("POST", "/tickets", { ...as(first.customerId), body: asked });
    expect(refused.status).toBe(401);
    expect((await browser.call("GET", "/tickets", as(second.customerId))).body.items).toEqual([]);
  });

  test("[CUS-09] staff reads may answer, an installer may not read them", async () => {
    const make = async (role: string) => {
      const email = `${role}@mwangaza.test`;
      await call("POST", "/users", { email, name: role, role, password: "some-long-password" });
      return hub.logIn(email, "some-long-password");
    };
    const open = { subject: "x", kind: "other", text: "x" };
    expect((await call("POST", "/tickets", open, await make("support"))).status).toBe(201);
    expect((await call("GET", "/tickets", undefined, await make("installer"))).status).toBe(403);
  });
});
