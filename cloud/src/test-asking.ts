/** What tests of a provider ask again and again: the API, with a key for each request, and the provider's own rows. */
import { request } from "node:http";
import { sql } from "kysely";
import type { Answer, TestHub } from "./test-hub.ts";

/** Asks the API as whoever has the token by then. */
export function askerOf(hub: TestHub, token: () => string) {
  let requests = 0;
  return (method: string, path: string, body?: object, by = token()): Promise<Answer> => {
    const headers = { "Idempotency-Key": `request-${++requests}` };
    return hub.call(method, `/api/v1${path}`, { token: by, headers, ...(body === undefined ? {} : { body }) });
  };
}

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
