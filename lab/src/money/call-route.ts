/** A route of the hub's money, called by its handler: no HTTP, no log-in, an owner who may do all. For tests and benches. */
import { testParties } from "@karibu/cloud/ground/amounts/test-parties";
import type { Database } from "@karibu/cloud/ground/db/database";
import type { Money } from "@karibu/cloud/money/create-money";
import { newId } from "@karibu/protocol/identifiers";
import { realWorld } from "../world/real-world.ts";

/** Calls a route's handler as an owner of the provider. */
export function callRoute(
  payments: Money,
  database: Database,
  providerId: string,
  path: string,
  params: object,
  body: object,
  method: "GET" | "POST" | "PUT" | "DELETE" = "POST",
  asked: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const found = payments.routes.find((each) => each.path === path && each.method === method);
  const query = found?.query?.safeParse({ limit: "100", ...asked }).data ?? found?.query?.parse(asked) ?? {};
  const transact = (work: Parameters<Database["asProvider"]>[1]) => database.asProvider(providerId, work);
  const context = {
    params,
    query,
    body,
    providerId,
    requestId: "",
    remoteAddress: "",
    partyOf: (phone: string) => testParties.ofPhone(providerId, phone),
    idempotencyKey: null,
    key: newId(realWorld()),
    actor: { userId: "u1", name: "Owner", may: () => true, credential: { kind: "login" } },
    transact,
    // Nobody asks again here: no answer is kept.
    transactOnce: transact,
    auditTarget: () => {},
    revealed: () => {},
  };
  return found?.run(context as never, {} as never, {} as never) ?? Promise.reject(new Error(`no route ${path}`));
}
