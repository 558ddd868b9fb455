/** A provider's brand as a phone gets it over HTTP. */
import { gunzipSync } from "node:zlib";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { Fault } from "@karibu/protocol/fault";
import { sha256, sha256Hex } from "@karibu/protocol/hash";
import { unixMs } from "@karibu/protocol/quantities";
import { beforeEach, expect, test, vi } from "vitest";
import type { StaticFiles } from "../../ground/http.ts";
import { createPortalServer } from "../portal-server.ts";
import { createTestSite, type TestSite, testSettings } from "../test-portal-site.ts";

const world = createSimulatedWorld();
const html =
  '<meta name="theme-color" content="#0b3b2d"><link href="data:%230b3b2d"><style>.hero{background:#0b3b2d}</style><karibu-portal></karibu-portal><p>';
const files: StaticFiles = new Map([
  [
    "/",
    {
      contentType: "text/html",
      body: Buffer.from(html),
      gzip: Buffer.from("old"),
      immutable: false,
      styleHashes: ["'sha256-old'"],
    },
  ],
]);
const png = Buffer.from("89504e470d0a1a0a00", "hex");
const logo = { sha256: sha256Hex(png), mediaType: "image/png" as const, bytes: png.length, width: 20, height: 10 };
let site: TestSite;
let here: Set<string>;
let version: number;
let ask: (
  path: string,
  headers?: Record<string, string>,
) => Promise<{ status: number; headers: Record<string, unknown>; body: string; bytes: Uint8Array }>;

beforeEach(() => {
  site = createTestSite(world);
  here = new Set([logo.sha256]);
  version = 0;
  const pictures = {
    has: (hash: string) => here.has(hash),
    read: async (hash: string) => (here.has(hash) ? png : null),
    get version() {
      return version;
    },
  };
  const portal = createPortalServer(world, site.parts({ files, pictures }), testSettings);
  ask = async (url, headers = {}) => {
    const answer = await portal.handle({ method: "GET", url, headers, body: "", address: "10.5.50.20" });
    const bytes = Buffer.from(answer.body as string);
    return { ...answer, headers: answer.headers, body: bytes.toString("utf8"), bytes };
  };
});

test("[TEN-12] the page wears the brand from its first byte, and its policy allows just that style", async () => {
  expect((await ask("/")).body).toBe(html);
  site.rows.brand.set("brand", { mainColour: "#123456", accentColour: "#ffaa33", logo });
  const page = await ask("/");
  expect(page.body).toContain('content="#123456"');
  expect(page.body).toContain("%23123456");
  expect(page.body).toContain(`url(/brand/${logo.sha256}.png)`);
  const style = /<style>(.*)<\/style>/s.exec(page.body)?.[1] ?? "";
  expect(style).toContain("--act:#123456");
  expect(page.headers["content-security-policy"]).toContain(`'sha256-${sha256(style).toString("base64")}'`);
  expect(page.headers["content-security-policy"]).not.toContain("sha256-old");
  const zipped = await ask("/", { "accept-encoding": "gzip" });
  expect(gunzipSync(zipped.bytes).toString()).toBe(page.body);
  // The agent's own pages wear it too.
  expect((await ask("/terms")).body).toContain("--act:#123456");
  // A picture that is gone leaves no hole.
  here.clear();
  version++;
  expect((await ask("/")).body).not.toContain("/brand/");
  site.rows.brand.clear();
  expect((await ask("/")).body).toBe(html);
});

test("[TEN-12] a picture is served by its hash for a year, as what it is; anything else is not there", async () => {
  const served = await ask(`/brand/${logo.sha256}.png`);
  expect(served.status).toBe(200);
  expect(served.headers).toMatchObject({
    "content-type": "image/png",
    "cache-control": "public, max-age=31536000, immutable",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  });
  expect(Buffer.from(served.bytes).equals(png)).toBe(true);
  for (const path of ["/brand/", `/brand/${"0".repeat(64)}.png`, "/brand/../journal", `/brand/${logo.sha256}.svg`])
    expect([path, (await ask(path)).status]).toEqual([path, 404]);
});

test("[TEN-12] the terms are a page of their own, in the reader's language or in the one that there is, and never markup", async () => {
  site.rows.brand.set("brand", { terms: { en: "Be kind.\n\n<script>alert(1)</script>\nTwo lines" } });
  const english = await ask("/terms?lang=en");
  expect(english.body).toContain("<p>Be kind.</p><p>&#60;script&#62;");
  expect(english.body).not.toContain("<script>alert");
  const swahili = await ask("/terms?lang=sw");
  expect(swahili.body).toContain("Masharti");
  expect(swahili.body).toContain('lang="en"');
  expect((await ask("/terms?lang=fr")).body).toContain("Conditions");
  site.rows.brand.clear();
  expect((await ask("/terms?lang=en")).body).toContain("There are no terms here.");
});

test("[TEN-12] words and announcements reach the phone in its state, adverts in the page, each in its time and none as markup", async () => {
  const state = async () => JSON.parse((await ask("/api/state")).body);
  expect(await state()).not.toHaveProperty("words");
  site.rows.brand.set("brand", { words: { sw: { greeting: "Jambo" } }, terms: { en: "Be kind." } });
  const { atMs } = world.clock.wall();
  const times = { fromMs: unixMs(atMs - 1), untilMs: unixMs(atMs + 3_600_000) };
  const link = "https://d.example/?a=1&b=2";
  site.rows["portal-notice"].set("a", { kind: "announcement", text: { sw: "Leo usiku hakuna mtandao" }, ...times });
  const text = { en: "Phones <b>repaired</b>", sw: "Simu" };
  site.rows["portal-notice"].set("b", { kind: "advert", text, picture: logo, link, ...times });
  site.rows["portal-notice"].set("c", { kind: "advert", text: { en: "Over" }, fromMs: unixMs(1), untilMs: unixMs(2) });
  expect(await state()).toMatchObject({
    words: { sw: { greeting: "Jambo" } },
    announcements: [{ sw: "Leo usiku hakuna mtandao" }],
  });
  const { body } = await ask("/");
  expect(body).toContain(
    `<karibu-portal></karibu-portal><aside class="below"><a class="card" href="https://d.example/?a=1&#38;b=2" target="_blank" rel="noopener noreferrer"><img src="/brand/${logo.sha256}.png" width="20" height="10" alt="" loading="lazy"><span class="en fr" lang="en">Phones &#60;b&#62;repaired&#60;/b&#62;</span><span class="sw" lang="sw">Simu</span></a><a href="/terms">`,
  );
  expect(body).not.toContain("Over");
  here.clear();
  version++;
  expect((await ask("/")).body).not.toContain("<img");
});

test("[TEN-12] what an older agent stored unread is read before it is shown: a row that does not fit counts as none", async () => {
  const style = "#123456}</style><script>alert(1)</script><style>";
  site.rows.brand.set("brand", { mainColour: style, terms: { en: "Pay first" } } as never);
  site.rows["portal-notice"].set("n", {
    kind: "advert",
    text: { en: "Sale" },
    fromMs: 0,
    link: "javascript:x",
  } as never);
  expect((await ask("/")).body).toBe(html);
  expect((await ask("/terms?lang=en")).body).not.toContain("Pay first");
  expect((await ask("/api/state")).status).toBe(200);
});

test("[TEN-12] [BEY-28] where the part that paints the page is damaged, the page is served as it was built, and painted once the part is whole", async () => {
  vi.resetModules();
  let isDamaged = true;
  vi.doMock("./branded-files.ts", async (whole) => {
    if (isDamaged) throw new Fault("part/damaged", "branded-files.js is not what was built", { retry: "never" });
    return whole();
  });
  try {
    const fresh = await import("../portal-server.ts");
    const portal = fresh.createPortalServer(world, site.parts({ files }), testSettings);
    const page = async () => {
      const answer = await portal.handle({ method: "GET", url: "/", headers: {}, body: "", address: "10.5.50.20" });
      return { status: answer.status, body: Buffer.from(answer.body as string).toString("utf8") };
    };
    site.rows.brand.set("brand", { mainColour: "#123456" });
    expect(await page()).toEqual({ status: 200, body: html });
    isDamaged = false;
    vi.doUnmock("./branded-files.ts");
    vi.resetModules();
    expect((await page()).body).toContain('content="#123456"');
  } finally {
    vi.doUnmock("./branded-files.ts");
    vi.resetModules();
  }
});
