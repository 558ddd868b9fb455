/**
 * Hostile requests to every route, made from the list of routes itself. Whether an answer is slow is told by the work that
 * it makes the database do, which no busy machine changes.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import type { Transaction } from "@electric-sql/pglite";
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ownPage, visitorOf } from "../../customer-page/test-visitor.ts";
import { writeBackup } from "../../operations/back-ups/backup.ts";
import { proveBackup } from "../../operations/back-ups/read-backup.ts";
import { restoreBackup } from "../../operations/back-ups/restore.ts";
import { ownerPassword, type TestProvider, useHub } from "../../test-hub.ts";
import { openEngine } from "../db/open-database.ts";
import { isAbsent, oneEngine } from "../db/test-databases.ts";
import type { Route } from "./route.ts";
import { brokenTextRequests, type HostileRequest, halfPairRequests, hostileRequests } from "./test-hostile-inputs.ts";

const routesAtOnce = 6;
/** For one answer, however busy the machine is. */
const deadlineMs = 60_000;
/** The export of everything asks every table, page by page. */
const statementsMax = 1500;
const statementsOfMost = 40;
const refusalBytesMax = 4096;
/** Words of the machine room: paths, stacks, the database's own complaints. */
const leaks =
  /node_modules|\.ts:\d|\n\s+at |syntax error at|violates (check|unique|foreign|not-null)|relation "|invalid input syntax|out of range for type|"stack"/i;
const canary = "canary-of-theirs";

/** @param runsPerRoute how many drawn requests each route gets, beside those that each gets always */
export function testHostileRequests(runsPerRoute: number): void {
  describe.each(oneEngine)("the API on %s", (engine) => {
    describe.skipIf(isAbsent(engine))("under hostile requests", () => {
      const hub = useHub(engine);
      const work = new AsyncLocalStorage<{ statements: number }>();
      const note = () => {
        const request = work.getStore();
        if (request !== undefined) request.statements++;
      };
      let server: Server;
      let mine: TestProvider;
      let token = "";
      let ids: Record<string, string>;
      /** Of a customer of mine at their own page. */
      let cookie = "";

      beforeAll(async () => {
        mine = await hub.makeProvider("Mine");
        const theirs = await hub.makeProvider(canary);
        ids = await furnish(mine.token, "mine");
        await furnish(theirs.token, canary);
        token = mine.token;
        ids.provider = mine.providerId;
        const phone = "0712345000";
        await hub.call("POST", "/api/v1/customers", { token, body: { name: "Asha", phone } });
        const visitor = visitorOf(hub, mine.providerId);
        expect((await visitor.logIn(phone)).status).toBe(201);
        cookie = visitor.cookie() ?? "";
        countStatements();
        server = createServer((request, response) => {
          const done = { statements: 0 };
          response.once("close", () => spent.push({ url: request.url ?? "", ...done }));
          work.run(done, () => hub.hub().app(request, response));
        });
        // A connection that lies idle while the machine is busy stays: a request must not meet its end.
        server.keepAliveTimeout = 0;
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      }, 300_000);
      afterAll(async () => {
        vi.restoreAllMocks();
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      });

      const spent: { url: string; statements: number }[] = [];

      test("[TEN-02] [SYS-15] every route refuses them by name: no 500, nothing told that is not theirs, no more work than honest ones make", async () => {
        const waiting = hub.hub().routes.filter(({ path }) => path !== "/api/v1/events" && path !== "/api/v1/logout");
        const worker = async () => {
          for (let route = waiting.shift(); route !== undefined; route = waiting.shift())
            await attack(route).catch((error: Error) => found.push(`${error.message} ${String(error.cause)}`));
        };
        const found: string[] = [];
        await Promise.all(Array.from({ length: routesAtOnce }, worker));
        expect(found).toEqual([]);
        const most = spent.map(({ statements }) => statements).sort((one, other) => one - other);
        expect(spent.filter(({ statements }) => statements > statementsMax)).toEqual([]);
        expect(most[Math.floor(most.length * 0.99)]).toBeLessThanOrEqual(statementsOfMost);
      }, 600_000);

      test("[SYS-15] the sweep ends texts in the middle of a pair, at the limit of each", () => {
        const requests = hub.hub().routes.flatMap((route) => halfPairRequests(route, ids));
        expect(requests.length).toBeGreaterThan(300);
        for (const { body } of requests) expect(body).toMatch(/x\\ud83d"|x\u{1f600}"/u);
      });

      longTest(
        "[SYS-09] a back-up of what they left behind is restored, every row of it",
        async () => {
          const taken = new PassThrough();
          const [end, bytes] = await Promise.all([writeBackup(hub.database(), 1, taken), buffer(taken)]);
          const text = gunzipSync(bytes).toString();
          for (const separator of ["\u2028", "\u2029"]) expect(text.split(separator).length).toBeGreaterThan(10);
          const restored = await openEngine(hub.world, { databaseUrl: null, dataDir: null });
          try {
            const backup = await proveBackup(() => Readable.from([bytes]));
            expect(await restoreBackup(hub.world, restored, backup)).toEqual(end);
          } finally {
            await restored.close();
          }
        },
        300_000,
      );

      /** fast-check finds the smallest request that still does it. */
      function attack(route: Route): Promise<void> {
        const property = fc.asyncProperty(hostileRequests(route, ids), async (given) => {
          const { status, type, text } = await send(route, given);
          const name = `${route.method} ${route.path}`;
          expect([name, status < 500], text.slice(0, 500)).toEqual([name, true]);
          expect([name, text.includes(canary)], text.slice(0, 500)).toEqual([name, false]);
          if (status < 400) return;
          expect([name, leaks.exec(text)?.[0]], text.slice(0, 500)).toEqual([name, undefined]);
          expect([name, type, text.length <= refusalBytesMax], text.slice(0, 500)).toEqual([
            name,
            "application/problem+json; charset=utf-8",
            true,
          ]);
        });
        const broken = brokenTextRequests(route, ids);
        const halves = halfPairRequests(route, ids);
        // In `npm test` one text of three of each route.
        const sent = [broken, halves].flatMap((all) => inLongRunAll(all, (_, at) => at % 3 === 0));
        const examples = sent.map((request): [HostileRequest] => [request]);
        const numRuns = examples.length + runsPerRoute;
        return fc.assert(property, { seed: engine === "embedded" ? 1 : 2, numRuns, examples });
      }

      async function send(
        route: Route,
        given: HostileRequest,
      ): Promise<{ status: number; type: string; text: string }> {
        for (let isAgain = false; ; isAgain = true) {
          const { port } = server.address() as AddressInfo;
          const sentWith = token;
          const answer = await fetch(`http://127.0.0.1:${port}${given.url}`, {
            method: route.method,
            headers: {
              ...given.headers,
              ...(route.permission === "customer"
                ? { ...ownPage, Cookie: cookie }
                : { Authorization: `Bearer ${sentWith}` }),
            },
            ...(given.body === undefined ? {} : { body: given.body }),
            signal: AbortSignal.timeout(deadlineMs),
            redirect: "manual",
          });
          const text = await answer.text();
          // What fits may have ended this very session.
          if (answer.status !== 401 || route.permission === "public" || route.permission === "customer" || isAgain)
            return { status: answer.status, type: answer.headers.get("content-type") ?? "", text };
          if (token === sentWith) token = await hub.logIn(mine.ownerEmail, ownerPassword);
        }
      }

      /** Something of everything, for requests that fit so far that there is something to work on. */
      async function furnish(of: string, name: string): Promise<Record<string, string>> {
        const post = async (path: string, body: object) => (await hub.call("POST", path, { token: of, body })).body;
        const { site } = await post("/api/v1/sites", { name: `Site ${name}` });
        const { planId } = await post("/api/v1/plans", { name: `Plan ${name}`, priceCents: 1000, terms: {} });
        const { batchId } = await post("/api/v1/vouchers/batches", { planId, quantity: 5, siteId: site.siteId });
        const { customerId } = await post("/api/v1/customers", { name: `Customer ${name}` });
        const { groupId } = await post("/api/v1/plan-groups", { name: `Group ${name}` });
        return { siteId: site.siteId, planId, batchId, voucherId: `${batchId}.0`, customerId, groupId };
      }

      function countStatements(): void {
        const { handle } = hub.database();
        if (handle.kind === "postgresql") {
          const { query } = pg.Client.prototype;
          vi.spyOn(pg.Client.prototype, "query").mockImplementation(function (this: pg.Client, ...given: unknown[]) {
            note();
            return (query as (...all: unknown[]) => never).apply(this, given);
          } as never);
          return;
        }
        const { pglite } = handle;
        const transaction = pglite.transaction.bind(pglite);
        vi.spyOn(pglite, "transaction").mockImplementation((run) =>
          transaction((tx) => {
            const query = tx.query.bind(tx);
            const counted = { ...tx, rollback: () => tx.rollback() } as Transaction;
            counted.query = (...given) => {
              note();
              return query(...given);
            };
            return run(counted);
          }),
        );
      }
    });
  });
}
