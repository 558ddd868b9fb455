import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test } from "vitest";
import { createTestSite as createAccessSite } from "../../access/test-site.ts";
import { createPortalServer } from "../portal-server.ts";
import { createTestSite, testSettings } from "../test-portal-site.ts";

const file = {
  plans: [{ name: 'Hour <b>&"', validitySeconds: 3600, priceCents: 2050, currency: "KES" }],
  sellers: [{ name: "Main Counter", pin: "4821", floatCents: 5000 }],
};

function serverOf(options: { sellers: boolean } = { sellers: true }) {
  const world = createSimulatedWorld();
  const { cash } = createAccessSite(world, { file: options.sellers ? file : { plans: file.plans } });
  const portal = createPortalServer(world, createTestSite(world).parts({ cash }), testSettings);
  async function ask(method: string, url: string, body = "", headers: Record<string, string> = {}) {
    const answer = await portal.handle({ method, url, headers, body, address: "10.5.50.40" });
    return { ...answer, text: String(answer.body) };
  }
  const post = (fields: Record<string, string>) => ask("POST", "/sell", new URLSearchParams(fields).toString());
  const sale = { saleId: "ab".repeat(16), seller: "Main Counter", pin: "4821", planKey: 'file Hour <b>&"', lang: "en" };
  return { ask, post, sale };
}

test("[BEY-19] the seller's page sells with one form and no script, in English and Swahili", async () => {
  const { ask, post, sale } = serverOf();
  const english = await ask("GET", "/sell");
  expect(english.status).toBe(200);
  expect(english.text).toContain("Sell for cash");
  expect(english.text).toContain("KES&nbsp;20.50");
  expect(english.text).not.toMatch(/<script|<b>&"/);
  expect(english.headers["content-security-policy"]).toContain("form-action 'self'");
  expect((await ask("GET", "/sell", "", { "accept-language": "sw-KE,en" })).text).toContain("Uza kwa pesa taslimu");
  expect((await ask("GET", "/sell?lang=sw")).text).toContain('lang="sw"');
  const sold = await post(sale);
  expect(sold.status).toBe(200);
  expect(sold.text).toMatch(/class="code">\d{3} \d{3} \d{4}</);
  expect((await post(sale)).text).toBe(sold.text);
});

test("[BEY-19] the API names the wrong field: PIN, package, sale, float", async () => {
  const { ask, sale } = serverOf();
  const api = async (rest: object) => {
    const body = JSON.stringify({ ...sale, ...rest });
    const { status, text } = await ask("POST", "/api/sales", body, { "content-type": "application/json" });
    return { status, body: JSON.parse(text) };
  };
  expect(await api({ pin: "1" })).toMatchObject({ status: 403, body: { field: "pin" } });
  expect(await api({ planKey: "x" })).toMatchObject({ status: 422, body: { field: "planKey" } });
  expect(await api({ saleId: "x" })).toMatchObject({ status: 400, body: { field: "saleId" } });
  expect(await api({})).toMatchObject({ status: 201, body: { kind: "sold", outCents: 2050 } });
  expect(await api({ saleId: "01".repeat(16) })).toMatchObject({ status: 201 });
  expect(await api({ saleId: "02".repeat(16) })).toMatchObject({ status: 409, body: { detail: "float-used-up" } });
});

test("a form that lacks something, hostile text, and a site without sellers get a plain page", async () => {
  const { post, sale } = serverOf();
  const refused = await post({ ...sale, saleId: "<script>", seller: '"><script>alert(1)</script>' });
  expect(refused.status).toBe(400);
  expect(refused.text).not.toContain("<script");
  const wrong = await post({ ...sale, pin: "0000" });
  expect(wrong.status).toBe(403);
  expect(wrong.text).toContain("Name or PIN is wrong");
  expect(wrong.text).not.toContain("0000");
  const { ask } = serverOf({ sellers: false });
  expect((await ask("GET", "/sell")).text).toContain("Nobody sells for cash");
});
