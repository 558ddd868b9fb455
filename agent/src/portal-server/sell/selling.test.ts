import { runInNewContext } from "node:vm";
import { createFaultyFolder } from "@karibu/lab/disk/faulty-folder";
import { createSimulatedWorld } from "@karibu/lab/world/simulated-world";
import { expect, test, vi } from "vitest";
import { createTestSite as createAccessSite, logInRequest } from "../../access/test-site.ts";
import { hashPin } from "../../cash/pin.ts";
import { createPortalServer, type PortalParts } from "../portal-server.ts";
import { createTestSite, testSettings } from "../test-portal-site.ts";
import { sellScript } from "./sell-page.ts";
import { openSellerSessions } from "./seller-sessions.ts";

const file = {
  plans: [{ name: 'Hour <b>&"', validitySeconds: 3600, priceCents: 2050, currency: "KES" }],
  sellers: [{ name: "Main Counter", pin: "4821", floatCents: 5000 }],
};

function serverOf(options: { sellers: boolean } = { sellers: true }) {
  const world = createSimulatedWorld();
  world.setWall(Date.UTC(2026, 10, 20, 18), "synced"); // nine in the evening there
  const access = createAccessSite(world, { file: options.sellers ? file : { plans: file.plans } });
  const { cash, put } = access;
  const open = (parts: Partial<PortalParts>) =>
    createPortalServer(world, createTestSite(world).parts({ cash, ...parts }), {
      ...testSettings,
      portalUrl: "http://10.5.50.1/",
    });
  let portal = open({});
  const folder = createFaultyFolder(world);
  /** The agent starts again with the folder that it had; what was told to its disk is there. */
  const restart = async () => {
    portal = open({ sellerSessions: await openSellerSessions(world, folder) });
  };
  /** One phone: keeps its cookie. */
  let cookie = "";
  let address = "10.5.50.40";
  const moveTo = (other: string) => {
    address = other;
  };
  async function ask(method: string, url: string, body = "", headers: Record<string, string> = {}) {
    const sent = { ...(cookie === "" ? {} : { cookie }), ...headers };
    const answer = await portal.handle({ method, url, headers: sent, body, address });
    const [set] = [answer.headers["set-cookie"] ?? []].flat();
    if (set !== undefined) cookie = set.split(";")[0] as string;
    return { ...answer, text: String(answer.body), set };
  }
  const post = (fields: Record<string, string>) => ask("POST", "/sell", new URLSearchParams(fields).toString());
  const logIn = (pin = "4821", seller = "main counter") => post({ act: "in", seller, pin, lang: "en" });
  /** What the page's own form would send. */
  async function sell(fields: Record<string, string> = {}) {
    const { text } = await ask("GET", "/sell?lang=en");
    const hidden = Object.fromEntries(
      [...text.matchAll(/name="(saleId|proof)" value="(\w+)"/g)].map(([, name, value]) => [name, value as string]),
    );
    return post({ act: "sell", planKey: 'file Hour <b>&"', lang: "en", ...hidden, ...fields });
  }
  const forget = () => {
    const kept = cookie;
    cookie = "";
    return kept;
  };
  /** One more phone, which keeps all its cookies. */
  function phone(at: string) {
    const jar = new Map<string, string>();
    const logIn = async (pin = "4821") => {
      const headers = { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") };
      const body = new URLSearchParams({ act: "in", seller: "main counter", pin, lang: "en" }).toString();
      const answer = await portal.handle({ method: "POST", url: "/sell", headers, body, address: at });
      for (const set of [answer.headers["set-cookie"] ?? []].flat()) {
        const [, name = "", value = ""] = /^(\w+)=(\w*)/.exec(set) ?? [];
        jar.set(name, value);
      }
      return answer;
    };
    return { jar, logIn };
  }
  return { world, access, put, ask, post, logIn, sell, forget, moveTo, restart, folder, phone };
}

const code = /id="code">(\d{3} \d{3} \d{4})</;

test("[BEY-19] a price that moved since the page was shown refuses the sale; the page then shows the price of now", async () => {
  const { logIn, ask, sell } = serverOf();
  await logIn();
  const { text } = await ask("GET", "/sell?lang=en");
  const cents = Number(/name="cents file Hour[^"]*" value="(\d+)"/.exec(text)?.[1]);
  expect(cents).toBeGreaterThan(0);
  const field = 'cents file Hour <b>&"';
  const moved = await sell({ [field]: String(cents + 500) });
  expect(moved.status).toBe(409);
  expect(moved.text).toContain("The price has changed. Nothing was sold.");
  expect((await sell({ [field]: String(cents) })).status).toBe(200);
});

test("[BEY-19] the page asks for name and PIN once, then sells with one form each time, and forgets the seller on 'not me'", async () => {
  const { ask, post, logIn, sell } = serverOf();
  expect((await ask("GET", "/sell")).text).toContain("Who is selling?");
  const entered = await logIn();
  expect([entered.status, entered.headers.location]).toEqual([303, "/sell?lang=en"]);
  expect(entered.set).toMatch(/^karibu_seller=[0-9a-f]{48}; Path=\/sell; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  const shop = await ask("GET", "/sell?lang=sw");
  expect(shop.text).toContain('lang="sw"');
  expect(shop.text).toContain("KSh\u00a020.50");
  expect(shop.text).not.toMatch(/<b>&"|4821/);
  for (let sale = 1; sale <= 2; sale++) {
    const sold = await sell();
    expect(sold.text).toMatch(code);
    expect(sold.text).toContain(`KSh\u00a0${sale === 1 ? "20.50" : "41"}`);
    expect(sold.text).toContain(sale === 1 ? "1 sale" : "2 sales");
  }
  const full = await sell();
  expect([full.status, full.text.includes("Hand in what you have")]).toEqual([409, true]);
  const [, proof = ""] = /name="proof" value="(\w+)"/.exec((await ask("GET", "/sell")).text) ?? [];
  expect((await post({ act: "out", proof })).status).toBe(303);
  expect((await ask("GET", "/sell")).text).toContain("Who is selling?");
});

test("[BEY-19] a form that another page sends sells nothing: it has no proof; the same sale sent twice is one", async () => {
  const { logIn, sell } = serverOf();
  await logIn();
  const forged = await sell({ proof: "0".repeat(32) });
  expect([forged.status, code.test(forged.text)]).toEqual([403, false]);
  const saleId = "ab".repeat(16);
  const first = await sell({ saleId });
  const again = await sell({ saleId });
  expect(code.exec(again.text)?.[1]).toBe(code.exec(first.text)?.[1]);
  expect(again.text).toContain("1 sale");
});

test.each([
  [
    "a form that the browser brings back as it was is asked for anew: it would sell the last sale once more",
    true,
    "go",
    1,
  ],
  ["a form that is shown for the first time stays", false, "go", 0],
  ["a code that the browser brings back stays", true, "code", 0],
])("[BEY-19] %s", (_, persisted, there, times) => {
  const listeners = new Map<string, (event: object) => void>();
  const location = { pathname: "/sell", search: "?lang=sw", replace: vi.fn() };
  const getElementById = (id: string) => (id === there ? {} : null);
  const document = { getElementById, addEventListener: () => {}, querySelectorAll: () => [] };
  const listen = (name: string, heard: (event: object) => void) => void listeners.set(name, heard);
  runInNewContext(sellScript, { document, location, addEventListener: listen });
  listeners.get("pageshow")?.({ persisted });
  expect(location.replace.mock.calls).toEqual(Array.from({ length: times }, () => ["/sell?lang=sw"]));
});

test("[BEY-19] a seller's session ends after twelve hours, with the old token on another phone too", async () => {
  const { world, ask, logIn, sell, forget } = serverOf();
  await logIn();
  world.advance(11 * 3_600_000);
  expect((await sell()).text).toMatch(code);
  world.advance(3_600_000);
  const late = await sell();
  expect([late.status, late.text.includes("You were logged out on this phone")]).toEqual([403, true]);
  const cookie = forget();
  expect((await ask("GET", "/sell", "", { cookie })).text).toContain("Who is selling?");
});

test("[BEY-19] a seller's session is of the phone that logged in: with its cookie another phone sells nothing, and it goes on itself", async () => {
  const { ask, logIn, sell, moveTo } = serverOf();
  await logIn();
  const { text } = await ask("GET", "/sell?lang=en");
  const [, proof = ""] = /name="proof" value="(\w+)"/.exec(text) ?? [];
  moveTo("10.5.50.66");
  expect((await ask("GET", "/sell")).text).toContain("Who is selling?");
  const stolen = await sell({ proof, saleId: "ab".repeat(16) });
  expect([stolen.status, code.test(stolen.text)]).toEqual([403, false]);
  moveTo("10.5.50.40");
  expect((await sell()).text).toMatch(code);
});

test("[BEY-19] a seller stays logged in over a restart of the agent, on that phone, for the rest of the twelve hours", async () => {
  const { world, ask, post, logIn, sell, moveTo, restart, folder } = serverOf();
  await restart();
  await logIn();
  const isIn = async () => (await ask("GET", "/sell?lang=en")).text.includes("Main Counter sells");
  await restart();
  expect(await isIn()).toBe(true);
  expect((await sell()).text).toMatch(code);
  const kept = Buffer.from((await folder.read("seller-sessions.json")) ?? "").toString();
  expect(kept).toContain("Main Counter");
  expect(kept).not.toContain("4821");
  moveTo("10.5.50.66");
  expect(await isIn()).toBe(false);
  moveTo("10.5.50.40");
  world.advance(11 * 3_600_000);
  await restart();
  expect(await isIn()).toBe(true);
  world.advance(3_600_000);
  expect(await isIn()).toBe(false);
  await logIn();
  const [, proof = ""] = /name="proof" value="(\w+)"/.exec((await ask("GET", "/sell")).text) ?? [];
  await post({ act: "out", proof });
  await restart();
  expect(await isIn()).toBe(false);
});

test("[BEY-19] a disk that refuses the sessions sells all the same, and a file that is none keeps nobody out", async () => {
  const { logIn, sell, restart, folder } = serverOf();
  await folder.replace("seller-sessions.json", Buffer.from("{"));
  await restart();
  folder.readOnly(true);
  await logIn();
  expect((await sell()).text).toMatch(code);
});

test("[BEY-19] the last codes stand on the page until they are used: with a picture, for paper, and as a message of the seller's phone", async () => {
  const { ask, logIn, sell, access, put, world } = serverOf();
  await logIn();
  const given = code.exec((await sell()).text)?.[1] ?? "";
  const { text } = await ask("GET", "/sell?lang=en");
  expect(text).toContain("Your last codes");
  expect(text).toContain(`<b>${given}</b>`);
  expect(text).toContain('<svg class="scan"');
  expect(text).toContain(`sms:?body=${encodeURIComponent("Wi-Fi ")}`);
  expect(text).toContain(encodeURIComponent(given));
  const disabled = code.exec((await sell()).text)?.[1] ?? "";
  const about = [...access.state.sales].find(([, sale]) => sale.code === disabled.replaceAll(" ", ""))?.[0] ?? "";
  expect(about).not.toBe("");
  put({ kind: "cash-sale", key: about, body: { state: "disabled", atMs: world.clock.wall().atMs } });
  expect(access.access.logIn(logInRequest(given, "")).kind).toBe("accept");
  const later = (await ask("GET", "/sell?lang=en")).text;
  for (const gone of [given, disabled]) expect(later).not.toContain(`<b>${gone}</b>`);
});

test("[BEY-19] the seller may type the customer's number; a wrong one sells nothing, and is there to be corrected", async () => {
  const { ask, logIn, sell } = serverOf();
  await logIn();
  expect((await ask("GET", "/sell?lang=en")).text).toContain('name="phone"');
  const wrong = await sell({ phone: '07"><b>' });
  expect([wrong.status, code.test(wrong.text), wrong.text.includes("07&#34;")]).toEqual([422, false, true]);
  expect((await sell({ phone: "0722 000 444" })).text).toMatch(code);
});

test("[BEY-19] a seller who is disabled or gets another PIN is out at once", async () => {
  const { put, ask, logIn } = serverOf();
  const row = async (pin: string, active = true) => {
    const pinSalt = "00112233445566778899aabbccddeeff";
    const pinHash = (await hashPin(pin, pinSalt)).toString("hex");
    const body = { sellerId: "s1", name: "Achieng", pinHash, pinSalt, floatCents: null, settledCents: 0, active };
    put({ kind: "seller", key: "s1", body });
  };
  const isIn = async () => (await ask("GET", "/sell")).text.includes("Achieng sells");
  await row("2468");
  await logIn("2468", "achieng");
  expect(await isIn()).toBe(true);
  await row("1357");
  expect(await isIn()).toBe(false);
  await logIn("1357", "achieng");
  expect(await isIn()).toBe(true);
  await row("1357", false);
  expect(await isIn()).toBe(false);
});

test("[BEY-19] 'today' begins at midnight of the site, and counts sales whose packages are used up and forgotten", async () => {
  const { world, logIn, sell } = serverOf();
  await logIn();
  expect((await sell()).text).toContain("1 sale<");
  world.advance(3 * 3_600_000 + 1000); // past midnight in Nairobi
  expect((await sell()).text).toContain("1 sale<");
});

test("[BEY-19] wrong PINs are counted as everywhere: the sixth finds the seller locked, and the page never repeats a PIN", async () => {
  const { logIn } = serverOf();
  const answers = [];
  for (let tries = 0; tries < 6; tries++) answers.push(await logIn("0000"));
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403, 429, 429]);
  expect(answers.at(-1)?.text).toContain("Try again in 15 minutes.");
  for (const { text, set } of answers) expect([text.includes("0000"), set]).toEqual([false, undefined]);
});

test("[BEY-19] a guest who types wrong PINs under a seller's name keeps them from no phone on which they have logged in before", async () => {
  const { phone, restart } = serverOf();
  const [theirs, guest, copied] = [phone("10.5.50.40"), phone("10.5.50.66"), phone("10.5.50.77")];
  expect((await theirs.logIn()).status).toBe(303);
  theirs.jar.delete("karibu_seller"); // the working day is over
  for (let tries = 0; tries < 5; tries++) await guest.logIn("0000");
  expect((await phone("10.5.50.41").logIn()).status, "a phone that nobody knows").toBe(429);
  await restart();
  expect((await theirs.logIn()).status).toBe(303);
  expect((await phone("10.5.50.42").logIn()).status, "a right PIN there lifts no lock of the others").toBe(429);
  copied.jar.set("karibu_seller_phone", theirs.jar.get("karibu_seller_phone") ?? "");
  expect((await copied.logIn()).status, "a proof without its phone").toBe(429);
  const answers = [];
  for (let tries = 0; tries < 6; tries++) answers.push((await theirs.logIn("0000")).status);
  expect(answers, "and this phone guesses no more than others").toEqual([403, 403, 403, 403, 429, 429]);
});

test("[BEY-19] behind an address that many share, who tries too often keeps no seller from logging in", async () => {
  const { logIn, moveTo } = serverOf();
  moveTo("127.0.0.1");
  for (let tries = 0; tries < 12; tries++) await logIn("0000", `nobody ${tries}`);
  expect((await logIn()).status).toBe(303);
});

test("[BEY-19] the API names the wrong field: PIN, package, sale, float", async () => {
  const { ask } = serverOf();
  const sale = { saleId: "ab".repeat(16), seller: "Main Counter", pin: "4821", planKey: 'file Hour <b>&"' };
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

test("hostile text comes back harmless, what is missing is said, and a site without sellers says so", async () => {
  const { logIn, sell } = serverOf();
  const hostile = await logIn("1", '"><script>alert(1)</script>');
  expect(hostile.text).not.toContain("<script>alert");
  await logIn();
  const missing = await sell({ saleId: "<script>", planKey: '"><script>alert(1)</script>' });
  expect([missing.status, missing.text.includes("<script>alert")]).toEqual([400, false]);
  expect((await sell({ planKey: "" })).status).toBe(422);
  const { ask } = serverOf({ sellers: false });
  expect((await ask("GET", "/sell")).text).toContain("Nobody sells for cash");
});
