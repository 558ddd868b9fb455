/** Who has paid is online at their site at once, also while long reports hold all connections that others may take: from the channel's callback to the agent. */
import { isAbsent } from "@karibu/cloud/ground/db/test-databases";
import { keysAccepted, useHub } from "@karibu/cloud/test-hub";
import { afterEach, describe, expect, test, vi } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { createAgentBeside, openLine } from "./test-agent-beside.ts";

/** Much less than any job of the net below waits, and than a link waits until it looks by itself. */
const soon = { timeout: 4000, interval: 20 };
const patience = { timeout: 60_000, interval: 50 };

describe.skipIf(isAbsent("postgresql"))("beside ten long reports", { timeout: 240_000 }, () => {
  /** Where the channel sends confirmations, as the hub has told it. */
  let confirmationUrl = "";
  const lab = useHub("postgresql", {
    http: async (request) => {
      if (!/registerurl$/.test(request.url)) return keysAccepted(request);
      confirmationUrl = JSON.parse(String(request.body)).ConfirmationURL;
      return { status: 200, body: '{"ResponseCode":"0","ResponseDescription":"success"}' };
    },
  });
  const ends: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  /** A site whose agent is linked, and a number that a plan there can be paid at. */
  async function openSite(name: string): Promise<Opened> {
    const { token } = await lab.makeProvider(name);
    const call: Call = async (method, path, body) => {
      const answer = await lab.call(method, `/api/v1${path}`, { token, ...(body === undefined ? {} : { body }) });
      expect(answer.status, answer.text).toBeLessThan(300);
      return answer.body;
    };
    const { site, enrolmentToken: enrolToken } = await call("POST", "/sites", { name });
    const { siteId } = site;
    const { planId } = await call("POST", "/plans", { name: "Hour", priceCents: 2000, terms: {} });
    const { business: _, ...keys } = sampleApp;
    const { id: channelId } = await call("POST", "/channels", {
      kind: "mpesa-paybill",
      environment: "sandbox",
      ...keys,
    });
    await call("POST", "/pay-accounts", { number: "ANNA1", phone: "0712000111", siteId, planId });
    const folder = createFaultyFolder(lab.world);
    /** Of which the hub has told the agent. */
    const told = new Set<string>();
    const line = openLine(lab, {
      tamper(text, direction) {
        if (direction === "to-agent") for (const [, id = ""] of text.matchAll(/"purchaseId":"([^"]+)"/g)) told.add(id);
        return [text];
      },
    });
    const agent = createAgentBeside(lab, { folder, enrolToken, line });
    ends.unshift(() => agent.stop());
    await agent.start();
    await vi.waitFor(() => expect(agent.hub.state).toBe("connected"), patience);
    const isOnline = async () => {
      const phone = { token: "a-phone", mac: null, address: null };
      const claims = await Promise.all([...told].map((id) => agent.portalAccess.claimPurchase(id, phone)));
      expect(claims.map(({ kind }) => kind)).toEqual(["granted"]);
    };
    return { channelId, call, isOnline };
  }

  /** All ordinary connections of the hub, and more who wait for one. */
  async function holdOrdinary(): Promise<void> {
    const done = Promise.withResolvers<void>();
    let begun = 0;
    const report = () => {
      begun++;
      return done.promise;
    };
    const reports = Array.from({ length: 40 }, () => lab.database().asPlatform("report", report));
    ends.unshift(async () => {
      done.resolve();
      await Promise.all(reports);
    });
    await vi.waitFor(() => expect(begun).toBe(10), patience);
  }

  const post = async (url: string, body: string) => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(lab.url() + new URL(url).pathname, { method: "POST", body, headers });
    expect(answer.status).toBe(200);
  };

  test("[PAY-02] [PAY-04] money at the paybill is a grant at its site", async () => {
    const { channelId, call, isOnline } = await openSite("Harbour");
    await call("POST", `/channels/${channelId}/register`);
    await holdOrdinary();
    await post(
      confirmationUrl,
      JSON.stringify({
        TransactionType: "Pay Bill",
        TransID: "UKL71ZDR4F",
        TransTime: "20261125120000",
        TransAmount: "20.00",
        BusinessShortCode: sampleApp.shortcode,
        BillRefNumber: "ANNA1",
        InvoiceNumber: "",
        OrgAccountBalance: "",
        ThirdPartyTransID: "",
        MSISDN: "254712000111",
        FirstName: "Anna",
      }),
    );
    await vi.waitFor(isOnline, soon);
  });

  test("[PAY-25] a forwarded message of M-Pesa is a grant at its site", async () => {
    const { channelId, call, isOnline } = await openSite("Quay");
    const { items } = await call("POST", `/channels/${channelId}/message-address`);
    await holdOrdinary();
    const text = "UKL72ZDR4F Confirmed. Ksh20.00 received for account ANNA1. New balance is Ksh99.00.";
    await post(items[0].url, JSON.stringify({ text }));
    await vi.waitFor(isOnline, soon);
  });
});

interface Opened {
  readonly channelId: string;
  readonly call: Call;
  /** Fails until the one purchase that was paid opens for a phone. */
  readonly isOnline: () => Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Call = (method: string, path: string, body?: object) => Promise<any>;
