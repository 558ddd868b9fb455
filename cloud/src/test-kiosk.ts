/** A provider who sells one plan at one site, as the owner makes them by the API: a test adds what it is about. */
import type { Tx } from "./ground/db/database.ts";
import { askerOf } from "./test-asking.ts";
import { ownerPassword, type TestHub } from "./test-hub.ts";

/** Of the staff of all kiosks: nobody has another's address. */
let hired = 0;

export async function openKiosk(
  hub: TestHub,
  name: string,
  plan: object = { name: "1 hour", priceCents: 2000, terms: { validitySeconds: 3600 } },
) {
  const provider = await hub.makeProvider(name);
  const { providerId, token } = provider;
  const ask = askerOf(hub, () => token);
  const post = (path: string, body: object | null = {}, by = token) => ask("POST", path, body, by);
  const get = (path: string, by = token) => ask("GET", path, undefined, by);
  const read = async (path: string, by = token) => (await get(path, by)).body;
  const { siteId } = (await post("/sites", { name: "Kiosk" })).body.site as { siteId: string };
  const { planId } = (await post("/plans", plan)).body as { planId: string };
  /** Somebody of the staff, who has logged in. */
  async function hire(role: string, called = role) {
    const email = `${called}-${++hired}@kiosk.test`.toLowerCase();
    const { userId } = (await post("/users", { name: called, email, password: ownerPassword, role })).body;
    const logIn = () => hub.logIn(email, ownerPassword);
    return { userId: userId as string, logIn, token: await logIn() };
  }
  return {
    ...provider,
    siteId,
    planId,
    ask,
    post,
    get,
    read,
    inDatabase: <T>(work: (tx: Tx) => Promise<T>): Promise<T> => hub.database().asProvider(providerId, work),
    /** What its site asks over its link. */
    async asSite(method: string, params: object) {
      const handler = hub.hub().money.rpcHandlers.find((one) => one.method === method);
      return handler?.answer({ providerId, siteId }, params, new AbortController().signal);
    },
    /** Its plan at its site, as the order and whoever sells have it. */
    sell: (order: object, by = token) => post("/payments/purchase", { siteId, planId, ...order }, by),
    hire,
    /** Somebody with these permissions alone. */
    async hireFor(permissions: readonly string[]) {
      const { role } = (await post("/roles", { name: `Role ${++hired}`, permissions })).body;
      return hire(role, "Baraka");
    },
  };
}
