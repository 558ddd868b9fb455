import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSimulatedWorld, type SimulatedWorld } from "../world/simulated-world.ts";
import { readBooks, writeBooks } from "./books-file.ts";
import type { DarajaBooks, SimulatedDaraja } from "./daraja-types.ts";
import { sampleApp } from "./sample-app.ts";
import { createSimulatedDaraja } from "./simulated-daraja.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "karibu-daraja-"));
  file = join(folder, "deep/daraja.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const { shortcode } = sampleApp;

function open(world: SimulatedWorld, books?: DarajaBooks) {
  const told: { url: string; body: string }[] = [];
  const deliver = async (url: string, body: string) => {
    told.push({ url, body });
    return { status: 200, body: "{}" };
  };
  const daraja = createSimulatedDaraja(world, {
    apps: [sampleApp],
    deliver,
    ...(books === undefined ? {} : { books }),
  });
  return { daraja, told };
}

async function call(daraja: SimulatedDaraja, path: string, fields: object): Promise<Record<string, unknown>> {
  const basic = Buffer.from(`${sampleApp.consumerKey}:${sampleApp.consumerSecret}`).toString("base64");
  const headers = { authorization: `Basic ${basic}` };
  const token = await daraja.request({ method: "GET", path: "/oauth/v1/generate", headers, body: "" });
  const bearer = `Bearer ${JSON.parse(token.body).access_token}`;
  const asked = { authorization: bearer, "content-type": "application/json" };
  return JSON.parse(
    (await daraja.request({ method: "POST", path, headers: asked, body: JSON.stringify(fields) })).body,
  );
}

const register = (daraja: SimulatedDaraja) =>
  call(daraja, "/mpesa/c2b/v2/registerurl", {
    ShortCode: shortcode,
    ResponseType: "Completed",
    ConfirmationURL: "http://hub/hooks/c",
    ValidationURL: "http://hub/hooks/v",
  });

test("started again on its books, the simulated Daraja knows its money, its addresses and the prompt that is still open", async () => {
  const world = createSimulatedWorld(3);
  const before = open(world);
  await register(before.daraja);
  const paid = await before.daraja.organisation.payBill({
    shortcode,
    msisdn: "254711000111",
    amount: 70,
    account: "A1",
  });
  const gone = await before.daraja.organisation.payBill({
    shortcode,
    msisdn: "254711000111",
    amount: 20,
    account: "A2",
  });
  before.daraja.organisation.reverse(gone?.receipt as string);
  writeBooks(file, before.daraja.books());

  const after = open(world, readBooks(file) ?? undefined);
  expect(after.daraja.successes()).toEqual([paid, gone]);
  expect(await register(after.daraja)).toMatchObject({ errorMessage: "Urls are already registered" });
  await after.daraja.organisation.payBill({ shortcode, msisdn: "254711000222", amount: 30, account: "A3" });
  expect(after.told.map(({ url }) => url)).toEqual(["http://hub/hooks/v", "http://hub/hooks/c"]);
  expect(after.daraja.organisation.reverse(paid?.receipt as string)).toMatchObject({ amount: 70 });
  expect(after.daraja.organisation.reverse(gone?.receipt as string)).toBeNull();
});

test("a prompt that was open when the power went can still be paid, and another runs into its time-out", async () => {
  const world = createSimulatedWorld(3);
  const prompt = (msisdn: string) => ({
    merchantRequestId: msisdn,
    checkoutRequestId: `ws_${msisdn}`,
    msisdn,
    amount: 50,
    shortcode,
    business: "B",
    accountReference: "K7",
    description: "",
    callbackUrl: "http://hub/hooks/s",
    stamp: "",
    openedAtMs: world.clock.wall().atMs,
    result: null,
    ignored: false,
    deliveries: [],
  });
  const empty = open(world).daraja.books();
  const { daraja, told } = open(world, { ...empty, prompts: [prompt("254712345678"), prompt("254712345679")] });
  expect(daraja.act("254712345678", { kind: "pay", pin: "1234" })).toMatchObject({ code: "0" });
  world.advance(60_000);
  await daraja.delivered();
  expect(daraja.prompts().map(({ result }) => result?.code)).toEqual(["0", "1037"]);
  expect(told).toHaveLength(2);
});

test("books are replaced as a whole; an invalid file counts as none, and is set aside", () => {
  expect(readBooks(file)).toBeNull();
  const { daraja } = open(createSimulatedWorld(3));
  writeBooks(file, daraja.books());
  writeBooks(file, daraja.books());
  expect(readdirSync(join(folder, "deep"))).toEqual(["daraja.json"]);
  writeFileSync(file, "{ torn");
  expect(readBooks(file)).toBeNull();
  expect(readdirSync(join(folder, "deep"))).toEqual(["daraja.json.damaged"]);
});
