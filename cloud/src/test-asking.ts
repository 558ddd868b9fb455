/** What tests of a provider ask again and again: the API, with a key for each request, and the provider's own rows. */
import { request } from "node:http";
import { sql } from "kysely";
import { expect } from "vitest";
import type { Answer, TestHub } from "./test-hub.ts";

/** Of all askers: two of one provider never use one key. */
let requests = 0;

/** Asks the API as whoever has the token by then, with a key of its own where none is given. */
export function keyedAskerOf(hub: Pick<TestHub, "call">, token: () => string) {
  return (
    method: string,
    path: string,
    body?: unknown,
    key = `request-${++requests}`,
    by = token(),
  ): Promise<Answer> => {
    const headers = { "Idempotency-Key": key };
    return hub.call(method, `/api/v1${path}`, { token: by, headers, ...(body === undefined ? {} : { body }) });
  };
}

/** As `keyedAskerOf`; a request may be somebody else's. */
export function askerOf(hub: Pick<TestHub, "call">, token: () => string) {
  const ask = keyedAskerOf(hub, token);
  return (method: string, path: string, body?: unknown, by = token()) => ask(method, path, body, undefined, by);
}

/** As `askerOf`, and gives what the answer says: a refusal fails the test. */
export function sureAskerOf(hub: Pick<TestHub, "call">, token: () => string) {
  const ask = askerOf(hub, token);
  return async (method: string, path: string, body?: unknown): Promise<Answer["body"]> => {
    const answer = await ask(method, path, body);
    expect(answer.status, `${method} ${path}: ${answer.text}`).toBeLessThan(300);
    return answer.body;
  };
}

/** Makes things as `sureAskerOf` does. */
export function surePosterOf(hub: Pick<TestHub, "call">, token: () => string) {
  const ask = sureAskerOf(hub, token);
  return (path: string, body?: unknown): Promise<Answer["body"]> => ask("POST", path, body);
}

/** What the ledger's accounts hold, by account, of the items of `/ledger/accounts`. */
export const balancesIn = (items: readonly { account: string; balanceCents: number }[]): Record<string, number> =>
  Object.fromEntries(items.map(({ account, balanceCents }) => [account, balanceCents]));

/** Reads by SQL, as the provider. */
export function queryOf(hub: TestHub, providerId: () => string) {
  return <Row>(text: string): Promise<Row[]> =>
    hub.database().asProvider(providerId(), async (tx) => (await sql.raw<Row>(text).execute(tx)).rows);
}

/** What a browser gets that asks the hub by some name. `fetch` sends no Host of its own. */
export function visitorOf(hub: TestHub) {
  const visit = (host: string, path = "/", headers: Record<string, string> = {}, method = "GET", body?: string) =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      const asked = request(hub.url() + path, { method, headers: { Host: host, ...headers } }, (answer) => {
        let text = "";
        answer.on("data", (chunk) => {
          text += chunk;
        });
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
      });
      asked.on("error", reject).end(body);
    });
  /** The proxy's question. */
  const mayHaveCertificate = async (domain: string, headers: Record<string, string> = {}) => {
    const { status, text } = await visit("hub:8000", `/certificate-question?domain=${domain}`, headers);
    return { status, text: text.replace(/"requestId":"[^"]*"/, "") };
  };
  return { visit, mayHaveCertificate };
}
