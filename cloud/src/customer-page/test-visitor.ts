/** A customer at their own page, without a browser: keeps its cookie, and reads the codes that were sent by SMS. */
import { vi } from "vitest";
import type { Answer, TestHub } from "../test-hub.ts";

export interface Visitor {
  /** Below the page's own part of the API: `/sessions`. */
  call(
    method: string,
    path: string,
    given?: { body?: unknown; headers?: Record<string, string>; cookie?: string | null },
  ): Promise<Answer>;
  /** What the browser would send; null: nothing. */
  cookie(): string | null;
  askForCode(phone: string): Promise<Answer>;
  logIn(phone: string): Promise<Answer>;
}

/** As the page itself sends it. */
export const ownPage = { Origin: "http://hub.test", "Karibu-Page": "my" };

/** @param provider as it stands in the page's address */
export function visitorOf(hub: TestHub, provider: string): Visitor {
  let jar: string | null = null;
  const call: Visitor["call"] = async (method, path, { body, headers = {}, cookie = jar } = {}) => {
    const answer = await hub.call(method, `/api/v1/my/${provider}${path}`, {
      ...(body === undefined ? {} : { body }),
      headers: { ...ownPage, ...(cookie === null ? {} : { Cookie: cookie }), ...headers },
    });
    const set = /^([\w-]+)=([^;]*)/.exec(answer.headers.get("set-cookie") ?? "");
    if (set !== null) jar = set[2] === "" ? null : `${set[1]}=${set[2]}`;
    return answer;
  };
  const askForCode = (phone: string) => call("POST", "/codes", { body: { phone } });
  return {
    call,
    cookie: () => jar,
    askForCode,
    async logIn(phone) {
      const asked = await askForCode(phone);
      if (asked.status !== 202) return asked;
      return call("POST", "/sessions", { body: { phone, code: await newestCode(hub, provider) } });
    },
  };
}

/** The texts of codes that were sent, the oldest first. */
export async function codeTexts(hub: TestHub, providerId: string): Promise<string[]> {
  const rows = await hub
    .database()
    .asProvider(providerId, (tx) =>
      tx.selectFrom("messages").selectAll().where("template", "=", "log-in-code").orderBy("messageId").execute(),
    );
  return rows.map((row) =>
    hub.envelope.open(row.textSealed, `message/${providerId}/${row.messageId}/text`).toString("utf8"),
  );
}

/** The code that was asked for last: waits until the job has sent it. */
export async function newestCode(hub: TestHub, providerId: string): Promise<string> {
  const newest = await hub.database().asProvider(providerId, (tx) =>
    tx
      .selectFrom("customer_codes")
      .select("codeId")
      .orderBy((is) => is("usedAtMs", "is", null), "desc")
      .orderBy("madeAtMs", "desc")
      .orderBy("codeId", "desc")
      .executeTakeFirstOrThrow(),
  );
  return vi.waitFor(
    async () => {
      const row = await hub
        .database()
        .asProvider(providerId, (tx) =>
          tx
            .selectFrom("messages")
            .selectAll()
            .where("eventKey", "like", `customer-code/${newest.codeId}/%`)
            .executeTakeFirstOrThrow(),
        );
      const text = hub.envelope.open(row.textSealed, `message/${providerId}/${row.messageId}/text`).toString("utf8");
      return text.slice(0, 6);
    },
    { timeout: 20_000, interval: 20 },
  );
}
