/** A free trial with its hub: the phone's number is proved by a code, once for all sites; cut off, the site decides alone. */
import type { Agent } from "@karibu/agent/start/agent";
import { codeTexts } from "@karibu/cloud/customer-page/test-visitor";
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { askerOf } from "@karibu/cloud/test-asking";
import { useHub } from "@karibu/cloud/test-hub";
import { askTrialCode, claimTrial } from "@karibu/protocol/rpc/claim-trial";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { until } from "./link-ends.ts";
import { createAgentOfTest, type HubLine, openLine } from "./test-agent-beside.ts";

const waitMs = 30_000;
const loginUrl = "http://10.5.50.1/login";

engineSuite("free trials of two sites", { timeout: 90_000 }, (engine) => {
  const lab = useHub(engine);
  /** A guest's phone without scripts: it keeps its cookies and sends forms. */
  function guestOf(agent: Agent, number: number) {
    const mac = `02:00:00:00:00:0${number}`;
    const hint = { mac, ip: `10.5.50.${number}`, login: loginUrl };
    const jar = new Map<string, string>();
    async function ask(method: string, url: string, body = ""): Promise<{ status: number; html: string }> {
      const {
        status,
        headers,
        body: page,
      } = await agent.portal.handle({
        method,
        url,
        headers: { host: "10.5.50.2", cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
        body,
        address: hint.ip,
      });
      for (const cookie of [headers["set-cookie"] ?? []].flat()) {
        const [name, value] = (cookie.split(";")[0] as string).split("=") as [string, string];
        jar.set(name, value);
      }
      return { status, html: String(page) };
    }
    const query = String(new URLSearchParams(hint));
    /** What the form of the page that was seen last knows. */
    let proof = "";
    const seen = (page: { status: number; html: string }) => {
      proof = /name="proof" value="([^"]*)"/.exec(page.html)?.[1] ?? proof;
      return page;
    };
    const post = (fields: Record<string, string>) =>
      ask("POST", "/trial", String(new URLSearchParams({ ...hint, ...fields })));
    const send = async (fields: Record<string, string>) => {
      if (proof === "") seen(await ask("GET", `/trial?${query}`));
      return seen(await post({ ...fields, proof }));
    };
    return {
      offer: async () => JSON.parse((await ask("GET", `/api/state?${query}`)).html).trial,
      open: async () => seen(await ask("GET", `/trial?${query}`)),
      send,
      /** As the form of another site does, which the phone's browser sends with its cookies. */
      sendFromElsewhere: (fields: Record<string, string>) => post({ proof: "0".repeat(32), ...fields }),
      /** As the router asks for the host that posted the page's form. */
      enter(html: string) {
        const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? "";
        const [user, password] = [field("username"), field("password")];
        return agent.access.logIn({
          nas: "router",
          service: "hotspot",
          user,
          passwordIs: (clear) => clear === password,
          passwordIsReadable: true,
          passwordIsEmpty: false,
          clearPassword: password,
          mac,
          address: hint.ip,
          sessionId: `s-${number}`,
        });
      },
    };
  }

  test("[PLN-11] once per proved number at all sites, the same answer for every number, apart from sales; cut off, by the site's cap", async () => {
    const { token, providerId } = await lab.makeProvider("Trials", "UGX");
    const call = askerOf(lab, () => token);
    const terms = { validitySeconds: 1800, downKbps: 2000 };
    const trial = { perDay: 2, asksPhone: true };
    const field = { priceCents: 0, terms, trial, active: false };
    expect(await call("POST", "/plans", { name: "Sold too", ...field, active: true })).toMatchObject({
      status: 409,
      body: { code: "trial-not-sold" },
    });
    expect(await call("POST", "/plans", { name: "For ever", ...field, terms: {} })).toMatchObject({
      status: 400,
      body: { code: "trial-without-end", field: "validitySeconds" },
    });
    const made = await call("POST", "/plans", { name: "Half an hour", ...field });
    expect(made.body).toMatchObject({ active: false, trial });
    async function startSite(name: string) {
      const { enrolmentToken } = (await call("POST", "/sites", { name })).body;
      const line: HubLine = openLine(lab);
      const folder = createFaultyFolder(lab.world);
      const agent = createAgentOfTest(lab, { folder, enrolToken: enrolmentToken, line });
      await agent.start();
      await until("it is connected", () => agent.hub.state === "connected", waitMs);
      const first = guestOf(agent, 9);
      await until("it knows the trial", async () => (await first.offer()) !== undefined, waitMs);
      return { agent, line };
    }
    const [harbour, market] = [await startSite("Harbour"), await startSite("Market")];

    const guest = guestOf(harbour.agent, 1);
    expect(await guest.offer()).toMatchObject({ name: "Half an hour" });
    expect((await guest.open()).html).toContain('name="phone"');
    // A form of another site neither has codes sent nor spends the trial; the phone's own form stands in the answer.
    const strange = await guest.sendFromElsewhere({ act: "ask", phone: "0772 123 456" });
    expect([strange.status, strange.html.includes('name="phone"')]).toEqual([403, true]);
    expect(await codeTexts(lab, providerId)).toEqual([]);
    expect((await guest.send({ act: "ask", phone: "12" })).status).toBe(422);
    // Numbers of another country are not texted, also where a site in wrong hands asks; the answer is the same.
    expect((await guest.send({ act: "ask", phone: "+254722000111" })).status).toBe(422);
    const foreign = { planId: made.body.planId, phone: "254722000111", address: "10.5.50.7" };
    expect(await harbour.agent.hub.call(askTrialCode, foreign, waitMs)).toMatchObject({ kind: "sent" });
    expect(await codeTexts(lab, providerId)).toEqual([]);
    const asked = await guest.send({ act: "ask", phone: "0772 123 456" });
    expect(asked.html).toContain("+256772123456");
    const [text = ""] = await codeTexts(lab, providerId);
    expect(text).toMatch(/^\d{6} is your code for a free trial of Trials\./);
    const code = text.slice(0, 6);
    // It was on its way: this business has nobody who sends.
    await until(
      "its turn came",
      async () => (await call("GET", "/messages?limit=1")).body.items[0]?.problem === "there is no active sender",
      waitMs,
    );
    const wrong = await guest.send({ act: "prove", phone: "256772123456", code: code === "111111" ? "2" : "111111" });
    expect([wrong.status, wrong.html.includes('name="password"')]).toEqual([409, false]);
    const proved = await guest.send({ act: "prove", phone: "256772123456", code });
    expect(proved).toMatchObject({ status: 200 });
    expect(proved.html).toContain(`action="${loginUrl}"`);
    // The answer was lost on its way: asked again for the same device, it is the same trial.
    const again = await guest.send({ act: "prove", phone: "256772123456", code: "000000" });
    expect(guest.enter(again.html)).toMatchObject({
      kind: "accept",
      limits: { sessionSeconds: 1800, downKbps: 2000 },
    });
    expect(await guest.offer()).toBeUndefined();

    const second = guestOf(market.agent, 2);
    expect((await second.send({ act: "ask", phone: "+256772123456" })).html).toContain("+256772123456");
    const newest = (await codeTexts(lab, providerId)).at(-1)?.slice(0, 6) ?? "";
    const refused = await second.send({ act: "prove", phone: "256772123456", code: newest });
    expect([refused.status, refused.html.includes("This number has already had its free trial.")]).toEqual([409, true]);
    expect((await second.send({ act: "start" })).status).toBe(422);

    const figures = async () => (await call("GET", "/reports/analytics?days=2")).body.days.at(-1);
    await until("the hub has counted it", async () => (await figures()).trials === 1, waitMs);
    expect(await figures()).toMatchObject({
      trials: 1,
      payWindows: 0,
      takenCents: 0,
      payments: 0,
      vouchersStarted: 0,
    });

    const listed = async () => (await call("GET", "/trials")).body.items;
    await until("it is in the list", async () => (await listed()).length === 1, waitMs);
    expect(await listed()).toMatchObject([
      { planName: "Half an hour", siteName: "Harbour", phone: "2567***456", proved: true, convertedAtMs: null },
    ]);
    market.line.cut(true);
    await until("it is cut off", () => market.agent.hub.state === "away", waitMs);
    const alone = guestOf(market.agent, 3);
    expect((await alone.open()).html).not.toContain('name="phone"');
    expect(alone.enter((await alone.send({ act: "start" })).html)).toMatchObject({ kind: "accept" });
    expect((await alone.send({ act: "start" })).status).toBe(409);
    expect(guestOf(market.agent, 4).enter((await guestOf(market.agent, 4).send({ act: "start" })).html).kind).toBe(
      "accept",
    );
    const late = await guestOf(market.agent, 5).open();
    expect(late.status).toBe(409);
    expect(late.html).toContain("free trials are all taken");

    // One number, typed into two phones at once with the code that both read: one of them gets the trial.
    const shared = { planId: made.body.planId, phone: "256772123457" };
    expect(await harbour.agent.hub.call(askTrialCode, shared, waitMs)).toMatchObject({ kind: "sent" });
    const both = (await codeTexts(lab, providerId)).at(-1)?.slice(0, 6) ?? "";
    const claims = await Promise.all(
      ["one", "two"].map((grantId) => harbour.agent.hub.call(claimTrial, { ...shared, code: both, grantId }, waitMs)),
    );
    expect(claims.map(({ kind }) => kind).sort()).toEqual(["granted", "refused"]);

    // The site let nobody in with it: the day's last one had gone to another meanwhile, and the phone has another cookie the day after.
    const claimAgain = async (asked: { planId: string; phone: string }, grantId = "three", byMs = -86_400_001) => {
      await lab
        .database()
        .asPlatform("test", (tx) =>
          sql`update trial_claims set claimed_at_ms = claimed_at_ms + ${byMs}::bigint`.execute(tx),
        );
      expect(await harbour.agent.hub.call(askTrialCode, asked, waitMs)).toMatchObject({ kind: "sent" });
      const code = (await codeTexts(lab, providerId)).at(-1)?.slice(0, 6) ?? "";
      return harbour.agent.hub.call(claimTrial, { ...asked, code, grantId }, waitMs);
    };
    expect(await claimAgain(shared)).toMatchObject({ kind: "granted" });
    // Claimed while the hub's clock was years ahead: that is no moment ago, and never comes.
    expect(await claimAgain(shared, "four", 1000 * 86_400_000)).toMatchObject({ kind: "granted" });
    expect(await claimAgain({ ...shared, phone: "256772123456" })).toMatchObject({ reason: "had-one" });
  });
});
