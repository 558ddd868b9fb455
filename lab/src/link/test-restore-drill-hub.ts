/** The hub of the restore drill, as a process with a store for its back-ups, and what people do at it. */
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hubAdmin, karibu, startHub } from "@karibu/cli/test-karibu";
import { realWorld } from "@karibu/cloud/ground/db/test-databases";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { revocationsIn } from "@karibu/cloud/operations/back-ups/repeat-revocations";
import { createFolderStore } from "@karibu/cloud/operations/back-ups/stores/folder-store";
import { freeTcpPort } from "@karibu/tools/start/free-ports";
import { expect } from "vitest";
import { sampleApp } from "../daraja/sample-app.ts";
import { statementCsv } from "../daraja/statement.ts";
import { startDaraja } from "../money/payments-hub.ts";
import { ask, type Bought, openTownSite, patiently, planBytes, type TownSite } from "./test-restore-drill.ts";

const masterKey = Buffer.alloc(32, 7);
export const owner = { email: "owner@provider.test", password: "the-owner-password" };
export const [cashCents, mpesaCents] = [2000, 7000];

interface Server {
  url(): string | null;
}

/** A hub as a process with a store for its back-ups, one provider that sells through M-Pesa, and a machine beside it that is empty. */
export async function openDrill(
  machines: { readonly old: Server; readonly empty: Server },
  endings: (() => Promise<unknown>)[],
) {
  const folder = await mkdtemp(join(tmpdir(), "karibu-restore-drill-"));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  const store = join(folder, "store");
  await mkdir(store);
  const daraja = await startDaraja({ promptMs: 3_600_000, confirmsPush: () => "never" });
  endings.push(() => daraja.stop());
  const port = await freeTcpPort();
  const url = `http://127.0.0.1:${port}`;
  const settingsOf = (machine: keyof typeof machines) => {
    const databaseUrl = machines[machine].url();
    return {
      ...{
        PORT: String(port),
        KARIBU_PUBLIC_URL: url,
        KARIBU_DATA: join(folder, machine),
        DARAJA_BASE_URL: daraja.url,
      },
      KARIBU_BACKUP_FOLDER: store,
      KARIBU_MASTER_KEY: masterKey.toString("base64"),
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    };
  };
  let hub: Awaited<ReturnType<typeof startHub>> | null = null;
  const tokens = { owner: "", admin: "" };
  const call = async (method: string, path: string, body?: object, by: keyof typeof tokens = "owner") => {
    const answer = await ask(method, `${url}/api/v1${path}`, {
      token: tokens[by],
      ...(body === undefined ? {} : { body }),
    });
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  const logIn = async (who: { readonly email: string; readonly password: string }) =>
    ask("POST", `${url}/api/v1/login`, { body: who });
  const start = async (machine: keyof typeof machines) => {
    hub = await startHub(join(folder, machine), settingsOf(machine));
    const { KARIBU_ADMIN_EMAIL: email, KARIBU_ADMIN_PASSWORD: password } = hubAdmin;
    tokens.admin = (await logIn({ email, password })).body.token;
  };
  const kill = async () => {
    await hub?.kill();
    hub = null;
  };
  endings.push(kill);
  await start("old");
  const provider = { name: "Wanjiru Networks", ownerEmail: owner.email, ownerPassword: owner.password };
  await call("POST", "/providers", { ...provider, currency: "KES" }, "admin");
  const asOwner = async () => {
    tokens.owner = (await logIn(owner)).body.token;
  };
  await asOwner();
  await call("PATCH", "/settings", { sellerSalesPerDay: 10_000 });
  await call("PATCH", "/money-settings", { unverifiedCentsMax: 10_000_000, smsAfterPayment: false });
  const { business: _, ...keys } = sampleApp;
  const channel = await call("POST", "/channels", { kind: "mpesa-paybill", environment: "sandbox", ...keys });
  const planOf = async (name: string, priceCents: number): Promise<string> =>
    (await call("POST", "/plans", { name, priceCents, terms: { dataBytes: planBytes } })).planId;
  const plans = { cash: await planOf("Ten MB", cashCents), mpesa: await planOf("Ten MB more", mpesaCents) };

  const openSite = async (name: string): Promise<TownSite> => {
    const { site, enrolmentToken: enrolToken } = await call("POST", "/sites", { name });
    await call("PUT", `/sites/${site.siteId}/channel`, { channelId: channel.id });
    const opened = await openTownSite({ siteId: site.siteId, enrolToken, hubUrl: url, data: join(folder, name) });
    endings.push(opened.stop);
    await opened.start();
    await patiently(`${name} serves`, () => isServing(opened));
    return opened;
  };
  /** It is connected, and has applied all that the hub has for it. */
  const isServing = async ({ siteId }: TownSite): Promise<boolean> => {
    if ((await call("GET", `/sites/${siteId}`)).state !== "online") return false;
    const { feed } = await call("GET", `/sites/${siteId}/link`);
    return feed.length > 0 && feed.every(({ behind }: { behind: number }) => behind === 0);
  };
  const makeBatch = async ({ siteId }: TownSite, quantity: number) => {
    const { batchId } = await call("POST", "/vouchers/batches", { planId: plans.cash, quantity, siteId });
    await patiently("codes", async () => (await call("GET", `/vouchers/batches/${batchId}`)).state === "ready");
    const { items } = await call("GET", `/vouchers?batchId=${batchId}&limit=100`);
    const vouchers = items as { voucherId: string; code: string }[];
    return { batchId: batchId as string, vouchers, codes: vouchers.map(({ code }) => code) };
  };
  const readAll = async (path: string): Promise<Record<string, unknown>[]> => {
    const all: Record<string, unknown>[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await call("GET", `${path}limit=100${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
      all.push(...page.items);
      cursor = page.nextCursor;
    }
    return all;
  };
  const msisdnOf = (phone: string) => `254${phone.slice(1)}`;
  const hasPrompt = (phone: string) =>
    daraja.prompts().some(({ msisdn, result }) => msisdn === msisdnOf(phone) && result === null);
  const buy = async (site: TownSite, phone: string): Promise<Bought> => {
    const bought = await site.buy(plans.mpesa, phone);
    await patiently("the prompt is on the phone", async () => hasPrompt(phone));
    return bought;
  };
  /** @returns the receipt */
  const pay = ({ phone }: Bought): string => {
    const result = daraja.act(msisdnOf(phone), { kind: "pay", pin: "1234" });
    if (result === null || result === "ignored" || result.receipt === null) throw new Error("no prompt was paid");
    return result.receipt;
  };
  const cancel = ({ phone }: Bought) => daraja.act(msisdnOf(phone), { kind: "cancel" });
  /** The site's page lets who paid in. @returns the name to log in with */
  const letIn = async (site: TownSite, bought: Bought): Promise<string> => {
    let name = "";
    await patiently("the page lets the customer in", async () => {
      const view = await site.view(bought);
      name = view?.logIn?.kind === "post" ? view.logIn.username : "";
      return name !== "";
    });
    return name;
  };
  const useBought = async (site: TownSite, bought: Bought) =>
    site.useBought(await letIn(site, bought), bought.customer);

  /** The hub backs itself up, and proves it. */
  const backUp = async (): Promise<void> => {
    let backupId = "";
    await patiently("a back-up may be taken", async () => {
      const asked = await ask("POST", `${url}/api/v1/platform/backups`, { token: tokens.admin });
      backupId = asked.body?.backupId ?? "";
      return asked.status < 300;
    });
    const state = async () => (await call("GET", `/platform/backups/${backupId}`, undefined, "admin")).state;
    await patiently("it is proved", async () => (await state()) === "proved");
  };
  /** What is in the store of what was revoked: of which tables. */
  const sentRevocations = async (): Promise<Set<string>> => {
    const tag = (await readdir(store)).map((name) => /^revoked-([0-9a-f]{8})-/.exec(name)?.[1]).find(Boolean);
    if (tag === undefined) return new Set();
    const envelope = createEnvelope(realWorld().random, [masterKey]);
    const { revocations } = await revocationsIn(createFolderStore(store), envelope)(tag, 0);
    return new Set(revocations.map(({ target }) => target));
  };
  /** The operator, on the empty machine, as the page says. */
  const restore = async () => {
    const restored = await karibu(settingsOf("empty"), "restore", "--from-store", "newest");
    expect(restored.code, restored.complaints).toBe(0);
    const examined = await karibu(settingsOf("empty"), "doctor", "--hub");
    expect(examined.text + examined.complaints).not.toMatch(/WRONG/);
    await start("empty");
    await asOwner();
    return restored.text;
  };
  const importStatement = async () => {
    const csv = statementCsv("portal", daraja.successes(), daraja.organisation, { shortcode: sampleApp.shortcode });
    expect((await call("POST", "/reconciliation/statements", { channelId: channel.id, csv })).failures).toEqual([]);
  };
  const books = async (): Promise<Record<string, number>> => {
    const { items } = await call("GET", "/ledger/accounts");
    const sums: Record<string, number> = {};
    for (const { account, balanceCents } of items as { account: string; balanceCents: number }[]) {
      const [name = ""] = account.split(":");
      sums[name] = (sums[name] ?? 0) + balanceCents;
    }
    return sums;
  };
  const lists = { readAll, books, importStatement, sentRevocations };
  const acts = { buy, pay, cancel, letIn, useBought, makeBatch, openSite, isServing };
  return { folder, url, plans, tokens, daraja, call, logIn, kill, backUp, restore, ...lists, ...acts };
}

/** Each of the sites sells some more. */
export async function sellOn(...sites: readonly TownSite[]): Promise<void> {
  const enough = new Map(sites.map((site) => [site, site.rounds() + 2]));
  await patiently("they sell on", async () => sites.every((site) => site.rounds() >= (enough.get(site) ?? 0)));
}
