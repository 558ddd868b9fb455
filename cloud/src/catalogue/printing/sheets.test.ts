import { beforeAll, describe, expect, test } from "vitest";
import { isAbsent, oneEngine } from "../../ground/db/test-databases.ts";
import { pngOf } from "../../tenancy/pictures/test-png.ts";
import { type TestProvider, useHub } from "../../test-hub.ts";
import { printable } from "./draw-sheet.ts";
import { perPage, sheetLayoutNames, sheetLayouts } from "./sheet-layout.ts";

describe.each(oneEngine)("printed vouchers on %s", (engine) => {
  describe.skipIf(isAbsent(engine))("of a provider", () => {
    const hub = useHub(engine);
    let provider: TestProvider;
    let [siteId, batchId] = ["", ""];

    const call = (method: string, path: string, body?: unknown) =>
      hub.call(method, `/api/v1${path}`, { token: provider.token, ...(body === undefined ? {} : { body }) });
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

    test("[VOU-15] who may not see unused codes gets no sheet; used up and disabled codes are not printed again", async () => {
      const body = { email: "desk@baraka.test", name: "Desk", role: "support", password: "some-long-password" };
      expect((await call("POST", "/users", body)).status).toBe(201);
      const token = await hub.logIn(body.email, body.password);
      const refused = await hub.call("GET", `/api/v1/vouchers/batches/${batchId}/sheet`, { token });
      expect(refused).toMatchObject({ status: 403, body: { code: "not-allowed" } });
      for (let serial = 0; serial < 3; serial++)
        expect((await call("POST", `/vouchers/${batchId}.${serial}/disable`)).status).toBe(200);
      expect(pages((await sheet("layout=thermal-80")).pdf)).toBe(40);
      expect((await sheet("part=2")).status).toBe(409);
    });
  });
});

test("letters that a PDF's own fonts lack lose their marks, or are a question mark", () => {
  expect(printable("Café – 50 €")).toBe("Café – 50 €");
  expect(printable("Ŝaĝo\nĉ")).toBe("Sago c");
  expect(printable("ቡና ☕")).toBe("?? ?");
});
