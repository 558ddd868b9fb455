/** What tests of a provider ask again and again: the API, with a key for each request, and the provider's own rows. */
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
