import { inflateSync } from "node:zlib";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import decodeQR from "qr/decode.js";
import { beforeAll, expect, test } from "vitest";
import { pngOf } from "../../tenancy/pictures/test-png.ts";
import { askerOf } from "../../test-asking.ts";
import { hubSuite, ownerPassword, type TestProvider } from "../../test-hub.ts";
import { printable } from "./draw-sheet.ts";
import { perPage, sheetLayoutNames, sheetLayouts } from "./sheet-layout.ts";
import { readLook, withoutPicture } from "./voucher-design.ts";

hubSuite("printed vouchers", (hub) => {
  let provider: TestProvider;
  let [siteId, batchId] = ["", ""];

  const call = askerOf(hub, () => provider.token);
  const sheet = async (query: string) => {
    const answer = await fetch(`${hub.url()}/api/v1/vouchers/batches/${batchId}/sheet?${query}`, {
      headers: { authorization: `Bearer ${provider.token}` },
    });
    return { status: answer.status, headers: answer.headers, pdf: Buffer.from(await answer.arrayBuffer()) };
  };
  const pages = (pdf: Buffer) => pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length ?? 0;

  beforeAll(async () => {
    provider = await hub.makeProvider("Baraka Net");
    siteId = (await call("POST", "/sites", { name: "Market" })).body.site.siteId;
    const plan = (await call("POST", "/plans", { name: "1GB-DAILY-K", priceCents: 5000, terms: {} })).body;
    batchId = (await call("POST", "/vouchers/batches", { planId: plan.planId, siteId, quantity: 43 })).body.batchId;
  }, 60_000);

  test.each(sheetLayoutNames)(
    "[VOU-15] [VOU-19] a PDF of all codes for %s has as many pages as they need",
    async (name) => {
      const { status, headers, pdf } = await sheet(`layout=${name}`);
      expect([status, headers.get("content-type")]).toEqual([200, "application/pdf"]);
      expect(headers.get("content-disposition")).toContain("attachment");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
      expect(pages(pdf)).toBe(Math.ceil(43 / perPage(sheetLayouts[name])));
    },
  );

  test("[VOU-19] the design with its logo is on the sheet once, and gone when the picture is deleted", async () => {
    const plain = (await call("GET", "/voucher-design")).body;
    expect(plain).toMatchObject({ title: null, pictureId: null, showsPrice: true, showsQr: true });
    const file = pngOf(300, 200, (x, y) => [200, (y * 5) % 256, 40, x < 20 ? 0 : 255]).toString("base64");
    const picture = (await call("POST", "/pictures", { name: "Logo", file })).body;
    const design = {
      ...plain,
      title: "Baraka Wi-Fi",
      words: "Karibu sana",
      colour: "#AA0000",
      pictureId: picture.pictureId,
    };
    expect((await call("PUT", "/voucher-design", design)).body).toMatchObject(design);
    const images = async () =>
      (await sheet("layout=a4-40")).pdf.toString("latin1").match(/\/Subtype \/Image/g)?.length ?? 0;
    expect(await images()).toBeGreaterThan(0);
    expect(await images()).toBeLessThanOrEqual(2); // the picture and its opacity, not one for each voucher
    expect((await call("DELETE", `/pictures/${picture.pictureId}`)).status).toBe(204);
    expect(await images()).toBe(0);
    expect(await call("PUT", "/voucher-design", { ...design, colour: "red" })).toMatchObject({
      status: 400,
      body: { field: "colour" },
    });
    expect(await call("PUT", "/voucher-design", design)).toMatchObject({ status: 404, body: { field: "pictureId" } });
  });

  test("[VOU-19] a sheet without pictures tells nobody to scan one", async () => {
    const look = await hub.database().asProvider(provider.providerId, (tx) => readLook(tx, provider.providerId));
    const ours = { ...look, words: "Join the Wi-Fi, then scan this picture or type the code." };
    expect(withoutPicture(ours).words).toBe("Join the Wi-Fi and type this code.");
    expect(withoutPicture({ ...look, words: "Karibu sana" }).words).toBe("Karibu sana");
  });

  test("[VOU-19] a site's portal address is where the picture leads; without one there is no picture", async () => {
    const path = `/sites/${siteId}/portal-address`;
    expect((await call("GET", path)).body).toEqual({ typed: null, ofSetUp: null });
    const without = (await sheet("layout=thermal-58")).pdf.length;
    for (const portalAddress of ["javascript:alert(1)", "http://10.5.50.2/?a=b", "http://a b", "http://x/#v=1"])
      expect(await call("PUT", path, { portalAddress })).toMatchObject({
        status: 400,
        body: { field: "portalAddress" },
      });
    expect((await call("PUT", path, { portalAddress: "http://10.5.50.2/" })).body.typed).toBe("http://10.5.50.2");
    expect((await sheet("layout=thermal-58")).pdf.length).toBeGreaterThan(without + 43 * 100);
    expect((await call("PUT", path, { portalAddress: null })).body).toEqual({ typed: null, ofSetUp: null });
  });

  test("[VOU-19] where printed codes lead is said by who may see codes alone, with a fresh code, and never by support access", async () => {
    const body = { portalAddress: "http://fake.example" };
    const put = async (token: string) =>
      (await hub.call("PUT", `/api/v1/sites/${siteId}/portal-address`, { token, body })).body.code;
    const installer = { email: "installer@sheets.test", name: "Fundi", role: "installer", password: ownerPassword };
    expect((await call("POST", "/users", { ...installer, yourPassword: ownerPassword })).status).toBe(201);
    expect(await put(await hub.logIn(installer.email, ownerPassword))).toBe("codes-not-allowed");
    const visit = await hub.call("POST", `/api/v1/providers/${provider.providerId}/impersonate`, {
      token: await hub.adminToken(),
      body: { reason: "they asked for help", readOnly: false },
    });
    expect(await put(visit.body.token)).toBe("not-for-support");
    expect((await call("GET", `/sites/${siteId}/portal-address`)).body.typed).toBe(null);
    const route = hub.hub().routes.find(({ method, path }) => method === "PUT" && path.endsWith("/portal-address"));
    expect(route?.freshFactor).toBe(true);
  });

  test.each(inLongRunAll(sheetLayoutNames, (name) => name === "a4-40" || name === "thermal-58"))(
    "[VOU-19] [VOU-09] each picture on %s is read by a camera as the address that logs in with the code beside it",
    async (name) => {
      const portalAddress = "http://10.5.50.2";
      expect((await call("PUT", `/sites/${siteId}/portal-address`, { portalAddress })).status).toBe(200);
      const { text } = await call("GET", `/vouchers/batches/${batchId}/codes`);
      const own = text
        .trim()
        .split("\r\n")
        .slice(1)
        .map((line) => line.split(",")[0]?.replace(/^"|"$/g, ""));
      const read = picturesIn((await sheet(`layout=${name}`)).pdf).map((picture) => decodeQR(picture));
      const codes = read.map((address) => decodeURIComponent(address.slice(`${portalAddress}/#v=`.length)));
      expect(read.every((address) => address.startsWith(`${portalAddress}/#v=`))).toBe(true);
      expect(codes.sort()).toEqual(own.sort());
      await call("PUT", `/sites/${siteId}/portal-address`, { portalAddress: null });
    },
  );

  test("[VOU-15] of many sheets that one provider asks for at once some are drawn, and the others can be asked for again", async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => sheet("layout=a4-40")));
    expect(new Set(many.map(({ status }) => status))).toEqual(new Set([200, 429]));
    expect(many.find(({ status }) => status === 429)?.headers.get("retry-after")).toBe("10");
    expect((await sheet("layout=a4-40")).status).toBe(200);
  }, 60_000);

  test("[VOU-15] who may not see unused codes gets no sheet; used up and disabled codes are not printed again", async () => {
    const body = { email: "desk@baraka.test", name: "Desk", role: "support", password: "some-long-password" };
    expect((await call("POST", "/users", body)).status).toBe(201);
    const token = await hub.logIn(body.email, body.password);
    const refused = await hub.call("GET", `/api/v1/vouchers/batches/${batchId}/sheet`, { token });
    expect(refused).toMatchObject({ status: 403, body: { code: "not-allowed" } });
    for (let serial = 0; serial < 3; serial++)
      expect((await call("POST", `/vouchers/${batchId}.${serial}/disable`)).status).toBe(200);
    expect(pages((await sheet("layout=thermal-80")).pdf)).toBe(40);
    const given = await hub.call("POST", `/api/v1/vouchers/batches/${batchId}/give`, {
      token: provider.token,
      headers: { "Idempotency-Key": "given-before-print" },
      body: { name: "Anna", phone: "0713000009", sendSms: false },
    });
    expect(given.status, given.text).toBe(201);
    expect(pages((await sheet("layout=thermal-80")).pdf)).toBe(39);
    expect((await sheet("part=2")).status).toBe(409);
  });

  test("[VOU-15] [VOU-21] a code that the office said was sold is printed no second time, and who prints by a program reads that it is sold", async () => {
    const [before, file] = [pages((await sheet("layout=thermal-80")).pdf), `/vouchers/batches/${batchId}/codes`];
    const states = async (query = "") =>
      (await call("GET", `${file}${query}`)).text
        .trim()
        .split("\r\n")
        .slice(1)
        .map((line) => line.split(",")[4]);
    expect((await states())[20]).toBe("active");
    expect((await call("POST", `/vouchers/${batchId}.20/declare-sold`)).status).toBe(201);
    expect(pages((await sheet("layout=thermal-80")).pdf)).toBe(before - 1);
    expect((await states())[20]).toBe("sold");
    expect((await states("?language=en"))[20]).toContain("Sold for cash");
  });
});

/** The QR pictures of a PDF as a camera sees them: its dark runs, painted four pixels to a module, with a margin. */
function picturesIn(pdf: Buffer): { width: number; height: number; data: Uint8ClampedArray }[] {
  const pictures = [];
  for (let at = pdf.indexOf("stream\n"); at >= 0; at = pdf.indexOf("stream\n", at + 1)) {
    if (pdf.subarray(at - 3, at).toString() === "end") continue;
    const bytes = pdf.subarray(at + 7, pdf.indexOf("\nendstream", at));
    if (bytes[0] !== 0x78) continue;
    const text = inflateSync(bytes).toString("latin1");
    // What is filled at once is one picture; a card's border is a single rectangle.
    for (const filled of text.split(/\nf\n/)) {
      const runs = [...filled.matchAll(/(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) re\n/g)].map((run) =>
        run.slice(1).map(Number),
      );
      const dark = runs.filter((run) => Math.abs((run[3] as number) - Number(runs.at(-1)?.[3])) < 0.01);
      if (dark.length > 50) pictures.push(painted(dark as [number, number, number, number][]));
    }
  }
  return pictures;
}

function painted(runs: readonly [x: number, y: number, width: number, height: number][]) {
  const [left, top, module] = [
    Math.min(...runs.map(([x]) => x)),
    Math.min(...runs.map(([, y]) => y)),
    runs.at(-1)?.[3] as number,
  ];
  const [margin, scale] = [4, 4];
  const modules = Math.round((Math.max(...runs.map(([x, , width]) => x + width)) - left) / module);
  const width = (modules + 2 * margin) * scale;
  const data = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [x, y, long] of runs)
    for (let dy = 0; dy < scale; dy++) {
      const row = (Math.round((y - top) / module) + margin) * scale + dy;
      const from = row * width + (Math.round((x - left) / module) + margin) * scale;
      for (let at = from; at < from + Math.round(long / module) * scale; at++) data.fill(0, at * 4, at * 4 + 3);
    }
  return { width, height: width, data };
}

test("letters that a PDF's own fonts lack lose their marks, or are a question mark", () => {
  expect(printable("Café – 50 €")).toBe("Café – 50 €");
  expect(printable("Ŝaĝo\nĉ")).toBe("Sago c");
  expect(printable("ቡና ☕")).toBe("?? ?");
});
