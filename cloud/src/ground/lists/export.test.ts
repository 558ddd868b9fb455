import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { inflateRawSync } from "node:zlib";
import { isLongRun, longTest } from "@karibu/protocol/test-long-run";
import type { Response } from "express";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hubSuite, type TestProvider } from "../../test-hub.ts";
import { csvLine } from "./csv.ts";
import { exportRoute } from "./export.ts";
import { listOf } from "./list.ts";

test("a cell that a spreadsheet would take for a formula, or for the end of a cell, is text", () => {
  expect(csvLine(["=1+1", 'say "hi", now', "a\nb", -5, true, null])).toBe(
    `'=1+1,"say ""hi"", now","a\nb",-5,true,\r\n`,
  );
});

test("nor does a cell hold a formula where a spreadsheet splits lines at semicolons, tabs or line ends", () => {
  expect(csvLine([1, "Asha;=HYPERLINK(A1)"])).toBe(`1,"Asha;'=HYPERLINK(A1)"\r\n`);
  expect(csvLine([1, "Asha;=1+1; @x"])).toBe(`1,"Asha;'=1+1; '@x"\r\n`);
  expect(csvLine(["a\n=1+1", "b\t+1"])).toBe(`"a\n'=1+1","b\t'+1"\r\n`);
  expect(csvLine(["a; b", "up - down", "x=y"])).toBe('"a; b",up - down,x=y\r\n');
});

/** What names an item, in the list and as the head of its column. */
const ids: Readonly<Record<string, readonly [string, string]>> = {
  vouchers: ["code", "Code"],
  payments: ["reference", "Reference"],
  sessions: ["sessionKey", "Session"],
};

/** The files of a ZIP, by its central directory (APPNOTE §4.3.12). */
function unzip(zip: Buffer): Map<string, string> {
  const files = new Map<string, string>();
  let at = zip.readUInt32LE(zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1")) + 16);
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [nameBytes, extraBytes, noteBytes] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const name = zip.toString("utf8", at + 46, at + 46 + nameBytes);
    const local = zip.readUInt32LE(at + 42);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(from, from + zip.readUInt32LE(at + 20));
    files.set(name, (zip.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed)).toString());
    at += 46 + nameBytes + extraBytes + noteBytes;
  }
  return files;
}

hubSuite("exports", (hub) => {
  let provider: TestProvider;
  const rows = 1203; // two whole pages and a part of one

  beforeAll(async () => {
    provider = await hub.makeProvider("Exporter");
    const { token, providerId: p } = provider;
    const made = await hub.call("POST", "/api/v1/sites", { token, body: { name: "Shop, main" } });
    const { siteId } = made.body.site;
    const { items: plans } = (await hub.call("GET", "/api/v1/plans", { token })).body;
    const batch = { planId: plans[0].planId, quantity: rows, siteId };
    expect((await hub.call("POST", "/api/v1/vouchers/batches", { token, body: batch })).status).toBe(201);
    await hub.database().alone("write", async (run) => {
      await run(`insert into sessions (provider_id, site_id, session_key, username, started_at_ms, stopped_at_ms, received_at_ms)
          select '${p}', '${siteId}', 'key-' || n, 'user', n / 2, case when n % 2 = 0 then 5 end, 1 from generate_series(1, ${rows}) n`);
      await run(`insert into channels (provider_id, channel_id, kind, name, shortcode, environment, keys_sealed, hook_token_hash,
            notice_token_hash, active, created_at_ms, updated_at_ms)
          values ('${p}', 'channel', 'mpesa-paybill', 'Paybill', '600100', 'sandbox', '', 'hook', 'notice', false, 1, 1)`);
      await run(`insert into purchases (provider_id, purchase_id, channel_id, site_id, plan_id, plan_name, terms, amount_cents, currency,
            phone_sealed, phone_hash, phone_masked, idempotency_key, reference, secret_hash, state, created_at_ms, changed_at_ms)
          select '${p}', 'purchase-' || n, 'channel', '${siteId}', 'plan', 'One hour', '{}', 1000, 'KES', '', 'hash', '2547***',
            'key' || n, 'REF' || n, 'secret' || n, 'paid', n / 2, n from generate_series(1, ${rows}) n`);
    });
  }, 300_000);

  test.each(["vouchers", "payments", "sessions"])(
    "[SYS-16] [REP-10] all %s as CSV: each row once, in the order of the list",
    async (name) => {
      const { status, headers, text } = await hub.call("GET", `/api/v1/${name}/export`, { token: provider.token });
      expect([status, headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
      expect(headers.get("content-disposition")).toBe(`attachment; filename="${name}.csv"`);
      const [head = "", ...lines] = text.trimEnd().split("\r\n");
      expect(lines).toHaveLength(rows);
      expect(new Set(lines).size).toBe(rows);
      const [idName, idHead] = ids[name] as [string, string];
      const column = head.split(",").indexOf(idHead);
      expect(column, head).toBeGreaterThan(-1);
      const first = await hub.call("GET", `/api/v1/${name}?limit=100`, { token: provider.token });
      expect(lines.slice(0, 100).map((line) => line.split(",")[column])).toEqual(
        first.body.items.map((item: Record<string, string>) => item[idName]),
      );
    },
  );

  longTest(
    "[REP-10] the same list as a workbook: a head and each row once, with numbers as numbers; too many rows are refused by name",
    async () => {
      const path = "/api/v1/payments/export?format=xlsx&fromMs=400";
      const answer = await fetch(hub.url() + path, { headers: { Authorization: `Bearer ${provider.token}` } });
      expect(answer.headers.get("content-type")).toBe(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      );
      expect(answer.headers.get("content-disposition")).toBe('attachment; filename="payments.xlsx"');
      const files = unzip(Buffer.from(await answer.arrayBuffer()));
      const sheet = files.get("xl/worksheets/sheet1.xml") ?? "";
      const { text } = await hub.call("GET", "/api/v1/payments/export?fromMs=400", { token: provider.token });
      expect(sheet.match(/<row /g)).toHaveLength(text.trimEnd().split("\r\n").length);
      // 1,000 cents.
      expect(sheet).toContain("<v>10</v>");
      // The 400th millisecond after 1970 as a spreadsheet counts days, in UTC and by the provider's clock (three hours ahead), and not as text.
      const row = /<row r="2".*?<\/row>/s.exec(sheet)?.[0] ?? "";
      const [madeUtc = "", madeLocal = ""] = [...row.matchAll(/<c r="[AB]2"([^>]*)><v>([^<]*)<\/v>/g)].map(
        ([, style = "", days = ""]) => (style.includes('t="s"') ? "text" : Number(days).toFixed(3)),
      );
      expect([madeUtc, madeLocal]).toEqual(["25569.000", "25569.125"]);
      expect(files.get("xl/styles.xml")).toContain('formatCode="yyyy-mm-dd hh:mm:ss"');
      // Each column is as wide as what stands in it: a date is not shown as ####.
      const widths = [...sheet.matchAll(/<col [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
      expect(widths[0]).toBeGreaterThanOrEqual(19);
      expect(widths).toHaveLength(text.split("\r\n")[0]?.split(",").length ?? 0);
      const { providerId: p } = provider;
      await hub.database().alone("write", (run) =>
        run(`insert into sessions (provider_id, site_id, session_key, started_at_ms, received_at_ms)
          select '${p}', site_id, 'more-' || n, 9000000 + n, 1 from sites, generate_series(1, 10001) n where provider_id = '${p}'`),
      );
      const refused = await hub.call("GET", "/api/v1/sessions/export?format=xlsx&fromMs=9000000", {
        token: provider.token,
      });
      expect(refused.body).toMatchObject({ status: 422, code: "too-many-rows", field: "format" });
      await hub.database().alone("write", (run) => run("delete from sessions where session_key like 'more-%'"));
    },
  );

  test("[REP-10] a time that no calendar has, from a broken or stolen site, is an empty cell, and cuts no file off", async () => {
    const { providerId: p, token } = provider;
    const write = (statement: string) => hub.database().alone("write", (run) => run(statement));
    await write(`insert into sessions (provider_id, site_id, session_key, username, started_at_ms, stopped_at_ms, received_at_ms)
      select '${p}', site_id, 'wild', 'wild', 9007199254740991, 9007199254740991, 1 from sites where provider_id = '${p}'`);
    const path = "/api/v1/sessions/export?fromMs=253402300799999";
    const { status, text } = await hub.call("GET", path, { token });
    expect([status, text.trimEnd().split("\r\n").length]).toEqual([200, 2]);
    expect(text).toContain("wild,");
    const workbook = await fetch(`${hub.url()}${path}&format=xlsx`, { headers: { Authorization: `Bearer ${token}` } });
    expect(workbook.status).toBe(200);
    expect([...unzip(Buffer.from(await workbook.arrayBuffer())).values()].join()).toContain("wild");
    await write("delete from sessions where session_key = 'wild'");
  });

  test("filters are those of the list; a bad one is refused by name; another provider's export is empty", async () => {
    const path = "/api/v1/sessions/export?sort=started";
    const live = await hub.call("GET", `${path}&state=live`, { token: provider.token });
    expect(live.text.trimEnd().split("\r\n")).toHaveLength(1 + Math.ceil(rows / 2));
    expect(live.text).toContain('"Shop, main"');
    const bad = await hub.call("GET", `${path}&state=none`, { token: provider.token });
    expect(bad.body).toMatchObject({ status: 400, field: "state" });
    const other = await hub.makeProvider("Stranger");
    const { text } = await hub.call("GET", path, { token: other.token });
    expect(text.split("\r\n")).toHaveLength(2);
    expect((await hub.call("GET", path)).status).toBe(401);
  });
});

describe("a reader of an export", () => {
  const list = listOf({ sort: { made: { by: {} as never, kind: "number" } }, default: "made", tie: [], search: [] });
  let pages = 0;
  let finished = 0;
  let current: Response | null = null;
  let isLet = true;
  const server = createServer((request, response) => {
    const transact = (work: (tx: never) => unknown) => work(undefined as never);
    const call = { query: { language: "en" }, transact, isStillLet: async () => isLet };
    current = response as Response;
    endless.run(call as never, request as never, response as never).then(() => finished++);
  });
  const endless = exportRoute({
    path: "/api/v1/endless/export",
    summary: "Never ends",
    permission: "signed-in",
    query: list.query,
    columns: ["text"],
    words: { heads: { text: ["Text", "Maandishi"] } },
    offsetMinutes: async () => 180,
    page: async () => {
      pages++;
      return { items: Array.from({ length: 500 }, () => ({ text: "x".repeat(200) })), nextCursor: "more" };
    },
  });
  beforeAll(() => new Promise<void>((done) => server.listen(0, "127.0.0.1", done)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test("who stops reading stops the pages, who reads on gets more, and who leaves ends them", async () => {
    const answer = await new Promise<IncomingMessage>((got) =>
      get({ host: "127.0.0.1", port: (server.address() as AddressInfo).port }, got),
    );
    answer.pause();
    // The sockets' buffers are full: nothing is taken, and no page is read while that is so.
    await vi.waitFor(() => expect(current?.writableNeedDrain).toBe(true), { timeout: 60_000 });
    const stopped = pages;
    for (let turn = 0; turn < 1000; turn++) await new Promise((next) => setImmediate(next));
    expect(pages - stopped).toBeLessThan(50); // what still went into the kernel's buffers
    answer.resume();
    await vi.waitFor(() => expect(pages).toBeGreaterThan(stopped + 100), { timeout: 60_000 });
    expect(finished).toBe(0);
    answer.destroy();
    await vi.waitFor(() => expect(finished).toBe(1), { timeout: 60_000 });
  });

  test("[TEN-03] whose access ends meanwhile gets no further page, and no file that looks whole", async () => {
    const before = finished;
    const answer = await new Promise<IncomingMessage>((got) =>
      get({ host: "127.0.0.1", port: (server.address() as AddressInfo).port }, got),
    );
    answer.resume();
    const outcome = new Promise((ended) => {
      answer.once("end", () => ended("whole"));
      answer.once("error", () => ended("cut off"));
    });
    isLet = false;
    expect(await outcome).toBe("cut off");
    await vi.waitFor(() => expect(finished).toBe(before + 1), { timeout: 60_000 });
  });
});

describe.runIf(isLongRun)("a workbook as large as it may be", () => {
  const list = listOf({ sort: { made: { by: {} as never, kind: "number" } }, default: "made", tie: [], search: [] });
  const columns = Array.from({ length: 8 }, (_, at) => `column${at}`);
  const large = exportRoute({
    path: "/api/v1/large/export",
    summary: "Ten thousand rows",
    permission: "signed-in",
    query: list.query,
    columns,
    words: { heads: Object.fromEntries(columns.map((column) => [column, ["Text", "Maandishi"]])) },
    offsetMinutes: async () => 180,
    page: async (_tx: unknown, { cursor = "0" }: { readonly cursor?: string | undefined }) => ({
      items: Array.from({ length: 500 }, (_, row) =>
        Object.fromEntries(columns.map((column) => [column, `${column} of ${row}, page ${cursor}`])),
      ),
      nextCursor: Number(cursor) < 19 ? String(Number(cursor) + 1) : null,
    }),
  });
  const server = createServer((request, response) => {
    const providerId = request.url?.slice(1);
    const transact = (work: (tx: never) => unknown) => work(undefined as never);
    const call = { query: { format: "xlsx", language: "en" }, transact, providerId, isStillLet: async () => true };
    large.run(call as never, request as never, response as never).catch((error) => {
      response.statusCode = error.status;
      response.end();
    });
  });
  const statusFor = async (providerId: string) => {
    const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${providerId}`);
    await answer.arrayBuffer();
    return answer.status;
  };
  beforeAll(() => new Promise<void>((done) => server.listen(0, "127.0.0.1", done)));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  longTest(
    "[SYS-16] keeps nobody waiting who wants something else, and one provider's loop of them no other's",
    async () => {
      const delays = monitorEventLoopDelay({ resolution: 5 });
      delays.enable();
      const begun = performance.now();
      expect(await statusFor("one")).toBe(200);
      const took = performance.now() - begun;
      delays.disable();
      expect(delays.max / 1e6).toBeLessThan(took / 2);
      const many = Array.from({ length: 30 }, () => statusFor("greedy"));
      const other = statusFor("other");
      expect(new Set(await Promise.all(many))).toEqual(new Set([200, 429]));
      expect(await other).toBe(200);
    },
    300_000,
  );
});
