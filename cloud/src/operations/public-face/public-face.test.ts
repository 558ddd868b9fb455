import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import type { PublicPrice } from "../../modules/hub-module.ts";
import { hubSuite } from "../../test-hub.ts";
import { publicFace } from "./public-face.ts";

hubSuite("what everybody sees of a hub without a log-in", (hub) => {
  const servers: Server[] = [];
  let folder = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "face-"));
    await writeFile(
      join(folder, "index.html"),
      '<!doctype html><html lang="en"><head><title>Karibu console</title></head><body><!--welcome--><karibu-console></karibu-console></body></html>',
    );
  });
  afterAll(() => {
    for (const server of servers) server.close();
  });

  const price = { name: "Duka <b>& mtaa", priceCents: 150_000, currency: "KES", trialDays: 14 };
  const prices = [
    {
      module: "broken",
      hook: (tx: Tx) => sql<PublicPrice>`select * from nowhere`.execute(tx).then(({ rows }) => rows),
    },
    { module: "billing", hook: async () => [{ ...price, sitesMax: 5, messagesMax: null }] },
  ];

  /** Its own reading of the plans and standings each time: nothing kept from the test before. */
  async function open(given: { signUp?: "open" | "invitation" | "closed"; readings?: string[] } = {}) {
    const database = hub.database();
    const counted = {
      ...database,
      asPlatform: ((reason: string, work: never) => {
        given.readings?.push(reason);
        return database.asPlatform(reason, work);
      }) as typeof database.asPlatform,
    };
    const parts = { world: hub.world, publicUrl: "https://hub.test", signUp: given.signUp ?? "open", prices };
    const app = express().use(publicFace({ ...parts, database: counted, consoleFolder: folder }));
    const server = createServer(app);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return async (path: string, headers: Record<string, string> = {}) => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    };
  }

  test("[UIX-07] [SYS-27] the first page tells what there is, with the platform's prices (those that can be read), inside the console's own page", async () => {
    const read = await open();
    const { status, text, headers } = await read("/");
    expect([status, headers.get("vary"), headers.get("cache-control")]).toEqual([200, "Accept-Language", "no-cache"]);
    expect(text).toContain("<karibu-console>");
    expect(text).toContain("<title>Karibu: Wi-Fi hotspots that keep selling</title>");
    expect(text).toContain("Duka &lt;b&gt;&amp; mtaa");
    expect(text).toContain("KSh 1,500");
    expect(text).toContain("up to 5 sites");
    expect(text).toContain('href="#/sign-up"');
    expect(text.length).toBeLessThan(9000);
    expect(text).not.toMatch(/<script|style=|https?:\/\/(?!hub\.test)/);
  });

  test("[UIX-07] in Swahili for who prefers it, or asks for it", async () => {
    const read = await open();
    for (const { text } of [await read("/", { "accept-language": "sw,en;q=0.5" }), await read("/?lang=sw")]) {
      expect(text).toContain('<html lang="sw">');
      expect(text).toContain("zinazoendelea kuuza");
    }
    expect((await read("/?lang=<script>", { "accept-language": "fr" })).text).toContain('<html lang="en">');
  });

  test("[UIX-07] [SYS-25] sign-up is offered where it is open, and else it says who makes accounts", async () => {
    const texts = await Promise.all(
      (["invitation", "closed"] as const).map(async (signUp) => (await (await open({ signUp }))("/")).text),
    );
    expect(texts.map((text) => text.includes("#/sign-up"))).toEqual([false, false]);
    expect(texts[0]).toContain("only who was invited");
    expect(texts[1]).toContain("make new accounts");
  });

  test("[UIX-07] the status page says how each part is and since when, and names nobody", async () => {
    const provider = await hub.makeProvider("Siri Net");
    await hub.hub().maintenance.runDue();
    hub.moveClock(61_000);
    await hub.hub().maintenance.runDue();
    const { rows } = await readRows();
    const [first] = rows;
    expect(first).toMatchObject({ part: "hub", state: "up" });
    expect(Number(first?.judgedAtMs) - Number(first?.sinceMs)).toBeGreaterThanOrEqual(60_000);
    const { status, text } = await (await open())("/status");
    expect(status).toBe(200);
    expect(text).toContain("Everything works");
    expect(text).toContain(`datetime="${new Date(Number(first?.sinceMs)).toISOString()}"`);
    expect(text).toContain("Too little to tell");
    expect(text).not.toContain("Siri Net");
    expect(text).not.toContain(provider.providerId);
  });

  test("[UIX-07] a database that is away is told, with 503", async () => {
    const app = express().use(
      publicFace({
        world: { ...hub.world, log: { ...hub.world.log, error() {} } },
        publicUrl: "https://hub.test",
        signUp: "open",
        prices,
        consoleFolder: folder,
        database: {
          ...hub.database(),
          asPlatform: () => Promise.reject(new Error("away")),
        },
      }),
    );
    const server = createServer(app);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/status`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain("Something is down");
  });

  test("[UIX-07] a thousand visitors are one reading of the database", async () => {
    const readings: string[] = [];
    const read = await open({ readings });
    await Promise.all(Array.from({ length: 50 }, (_, at) => read(at % 2 === 0 ? "/" : "/status?lang=sw")));
    expect(readings).toEqual(["public-face"]);
  });

  test("[UIX-07] search engines find the pages, and are kept from the rest", async () => {
    const read = await open();
    expect((await read("/robots.txt")).text).toContain("Disallow: /api/");
    expect((await read("/sitemap.xml")).text).toContain("<loc>https://hub.test/status</loc>");
    expect((await read("/face.css")).headers.get("cache-control")).toContain("immutable");
  });

  const readRows = () =>
    hub.database().asPlatform("test", async (tx) => ({
      rows: await tx.selectFrom("public_standings").selectAll().orderBy("part").execute(),
    }));
});
