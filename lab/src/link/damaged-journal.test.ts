/** A site whose stick lost or changed a part of its journal, with its hub: the hub's data and alarms afterwards. */
import { reportOf } from "@karibu/agent/access/test-site";
import { type Agent, createAgent } from "@karibu/agent/start/agent";
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { expect, onTestFinished, test } from "vitest";
import { createFaultyFolder, type FaultyFolder } from "../disk/faulty-folder.ts";
import { hastened, until } from "./link-ends.ts";
import { openLine } from "./test-agent-beside.ts";
import { phone, type SiteStart, startSiteOfTest, typeCode, use } from "./test-drill-sites.ts";
import { copyFolder, openTestShop } from "./test-shop.ts";

const noUdp = { bind: () => Promise.reject(new Error("no datagrams here")) };
const waitMs = 30_000;

engineSuite("a damaged journal", (engine) => {
  const lab = useHub(engine);
  async function openSite(name: string) {
    const { token, providerId } = await lab.makeProvider(name);
    const made = await lab.call("POST", "/api/v1/sites", { token, body: { name } });
    const { enrolmentToken, site } = made.body;
    const { siteId } = site as { siteId: string };
    const folder = createFaultyFolder(lab.world);
    const line = openLine(lab);
    return {
      folder,
      async start(): Promise<Agent> {
        const agent = createAgent(
          hastened(lab.world, 20),
          {
            folder,
            udp: noUdp,
            dialHub: line.dial,
            post: (url, body) => lab.call("POST", new URL(url).pathname, { body }),
          },
          {
            version: "0.1.0",
            siteFile: null,
            interimFlushSeconds: 0,
            radius: null,
            hub: { url: "http://hub.test", enrolToken: enrolmentToken },
          },
        );
        onTestFinished(() => agent.stop());
        await agent.start();
        return agent;
      },
      cut: line.cut,
      sessionsAtHub: async () => {
        const { body } = await lab.call("GET", `/api/v1/sessions?siteId=${siteId}`, { token });
        return (body.items as { user: string }[]).map(({ user }) => user).sort();
      },
      alarmsAtHub: () =>
        lab
          .database()
          .asProvider(providerId, (tx) =>
            tx.selectFrom("alarms").select(["name", "fields"]).where("siteId", "=", siteId).execute(),
          ),
      epochsAtHub: () =>
        lab
          .database()
          .asProvider(providerId, (tx) =>
            tx.selectFrom("journal_epochs").select(["epoch", "lastSeq"]).where("siteId", "=", siteId).execute(),
          ),
    };
  }

  /** Each on a phone of his own. */
  const begin = (agent: Agent, user: string) => {
    const number = user.charCodeAt(0);
    const phone = { mac: `AA:BB:CC:DD:EE:${number}`, address: `10.5.50.${number}` };
    return agent.access.account(reportOf("start", { user, sessionId: `8-${user}`, ...phone }));
  };

  /** How far the hub has come is written down once an hour: here the power goes before that. */
  async function crash(agent: Agent, folder: FaultyFolder): Promise<void> {
    folder.cutPowerAt(folder.operations);
    await agent.stop().catch(() => {});
    folder.reboot();
    await folder.remove("journal/position.json");
  }

  async function segmentOf(folder: FaultyFolder) {
    const [name] = (await folder.list("journal/")).filter((each) => each.endsWith(".log"));
    const content = (await folder.read(name as string)) as Uint8Array;
    const records = Array.from(
      Buffer.from(content)
        .toString("latin1")
        .matchAll(/^[1-9].*$/gm),
      ({ index, 0: text }) => ({
        index,
        text,
      }),
    );
    return { name: name as string, content, records };
  }

  test("cut at a record's end after a crash: the hub's greeting shows it, an alarm says it, and nothing is lost", async () => {
    const site = await openSite("Shortened");
    const agent = await site.start();
    for (const user of ["asha", "baraka", "chege"]) await begin(agent, user);
    await until("the sessions are at the hub", async () => (await site.sessionsAtHub()).length === 3, waitMs);
    await crash(agent, site.folder);
    const { name, content, records } = await segmentOf(site.folder);
    const cutAt = records.find(({ text }) => text.includes("baraka"))?.index;
    await site.folder.replace(name, content.subarray(0, cutAt));

    const again = await site.start();
    await begin(again, "dalila");
    await until("the hub hears of it", async () => (await site.alarmsAtHub()).length > 1, waitMs);
    expect(await site.alarmsAtHub()).toEqual([
      { name: "journal-went-back", fields: { epoch: expect.any(String), heldSeq: expect.any(Number) } },
      { name: "memory-lost", fields: { cause: "older" } },
    ]);
    await until("all are at the hub", async () => (await site.sessionsAtHub()).length === 4, waitMs);
    expect(await site.sessionsAtHub()).toEqual(["asha", "baraka", "chege", "dalila"]);
  });

  test("[BEY-28] NO-AMNESIA: bad places in records that the hub has, noticed while it is away: what they used is used once it has told, also after a restart", async () => {
    const start = (of: SiteStart) => startSiteOfTest(lab, of);
    const { place, site, call, codesOf } = await openTestShop(lab, start, "Bad places", null);
    const [used, fresh] = (await codesOf("Ten minutes", { useSeconds: 600 })) as [string, string];
    const grantId = await typeCode(site, used, 1);
    await use(site, grantId, 1, { bytes: 5000, seconds: 600 });
    await site.agent.stop({ drainMs: waitMs });
    const folder = await copyFolder(lab.world, site.folder);
    const { name, records } = await segmentOf(folder);
    for (const { index, text } of records)
      if (text.includes(grantId)) folder.damage(name, index + 30, Buffer.from("XYZ"));

    const held = await start({ ...place, folder, isCut: true });
    expect(await typeCode(held, used, 3)).toBe("not-remembered");
    await held.agent.stop();
    // What is missing has placeholders now: this start finds nothing wrong.
    const again = await start({ ...place, folder, isCut: true });
    again.cut(false);
    await until("it is told", () => again.agent.state.memory.recalled !== null, waitMs);
    expect(await typeCode(again, used, 3)).toBe("time-used");
    expect(await typeCode(again, fresh, 4)).toMatch(/^v\./);
    expect(again.agent.portalAccess.view(phone(3)).available).toEqual([]);
    await again.agent.stop({ drainMs: waitMs });
    expect((await call("GET", "/reports/double-use")).items).toEqual([]);
  }, 120_000);

  test("three changed bytes in the last record that the hub has: what came behind it still reaches the hub, once", async () => {
    const site = await openSite("Flipped");
    const agent = await site.start();
    for (const user of ["asha", "baraka"]) await begin(agent, user);
    await until("the sessions are at the hub", async () => (await site.sessionsAtHub()).length === 2, waitMs);
    site.cut(true);
    await until("it is cut off", () => agent.hub.state === "away", waitMs);
    for (const user of ["chege", "dalila"]) await begin(agent, user);
    await crash(agent, site.folder);
    const { name, records } = await segmentOf(site.folder);
    const lastSeq = (await site.epochsAtHub())[0]?.lastSeq;
    const { index = 0 } = records.find(({ text }) => text.startsWith(`${lastSeq} `)) ?? {};
    site.folder.damage(name, index + 30, Buffer.from("XYZ"));

    site.cut(false);
    await site.start();
    await until("all are at the hub", async () => (await site.sessionsAtHub()).length === 4, waitMs);
    // What the record said may have been a use: the site holds older codes until the hub has told it, which it does of an epoch that is over.
    expect(await site.epochsAtHub()).toHaveLength(2);
    await until("the hub hears of it", async () => (await site.alarmsAtHub()).length > 1, waitMs);
    expect(await site.alarmsAtHub()).toEqual([
      { name: "journal-damaged", fields: { lostRecords: 1, firstLostSeq: expect.any(Number), filesSetAside: 1 } },
      { name: "memory-lost", fields: { cause: "older" } },
    ]);
  });
});
