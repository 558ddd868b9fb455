/** An account is changed by two at once: neither writes what it read before the other. */
import { beforeAll, describe, expect, test, vi } from "vitest";
import type { Tx } from "../../ground/db/database.ts";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { lockWaits, whileHeld } from "../../ground/db/test-locks.ts";
import { createPublish } from "../../ground/feed/publish.ts";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";
import { readAccount, setStanding, updateAccount } from "./accounts.ts";

// The embedded engine has one connection: there nobody changes anything meanwhile.
describe.skipIf(isAbsent("postgresql"))("an account that two change at once", { timeout: 60_000 }, () => {
  const hub = useHub("postgresql");
  let token = "";
  let providerId = "";
  let customerId = "";
  let siteId = "";
  let names = 0;
  const plans = { slow: "", fast: "" };
  const call = askerOf(hub, () => token);

  beforeAll(async () => {
    ({ token, providerId } = await hub.makeProvider("Mwangaza"));
    siteId = (await call("POST", "/sites", { name: "Harbour" })).body.site.siteId;
    ({ customerId } = (await call("POST", "/customers", { name: "Kamau", phone: "0711000001" })).body);
    const plan = async (name: string, downKbps: number, upKbps: number) =>
      (await call("POST", "/plans", { name, priceCents: 250_000, terms: { downKbps, upKbps } })).body.planId as string;
    plans.slow = await plan("Home 10M", 10_000, 5000);
    plans.fast = await plan("Home 20M", 20_000, 8000);
  }, 60_000);

  const parts = () => ({ world: hub.world, envelope: hub.envelope, publish: createPublish(hub.world, hub.envelope) });

  /** As a change of plan does, beside its money. */
  const toFast = async (tx: Tx, accountId: string) =>
    setStanding(parts(), tx, accountId, {
      standing: (await readAccount(tx, accountId)).standing,
      planId: plans.fast,
    });

  /** What it is worth after both: `second` begins while `first` is not committed. */
  async function both(
    first: (tx: Tx, accountId: string) => Promise<unknown>,
    second: (tx: Tx, accountId: string) => Promise<unknown>,
  ) {
    const order = { customerId, planId: plans.slow, siteIds: [siteId], username: `home.${++names}` };
    const { accountId } = (await call("POST", "/accounts", order)).body as { accountId: string };
    const inProvider = <T>(work: (tx: Tx) => Promise<T>) => hub.database().asProvider(providerId, work);
    let later: Promise<unknown> = Promise.resolve();
    await whileHeld(
      hub.database(),
      providerId,
      (tx) => first(tx, accountId),
      async () => {
        later = inProvider((tx) => second(tx, accountId));
        const waits = () => expect(lockWaits(hub.database())).resolves.toBeGreaterThan(0);
        await Promise.race([later, vi.waitFor(waits, { timeout: 20_000 })]);
      },
    );
    await later;
    return inProvider((tx) => readAccount(tx, accountId));
  }

  test("[CUS-04] a limit of its own and another plan, whichever is first: the new plan's terms with the limit", async () => {
    const limit = (tx: Tx, accountId: string) => updateAccount(parts(), tx, accountId, { own: { downKbps: 3000 } });
    const expected = { planId: plans.fast, terms: { downKbps: 3000, upKbps: 8000 }, ownLimits: { downKbps: 3000 } };
    expect(await both(toFast, limit)).toMatchObject(expected);
    expect(await both(limit, toFast)).toMatchObject(expected);
  });

  test("[CUS-14] two limits of its own: both stay", async () => {
    const after = await both(
      (tx, accountId) => updateAccount(parts(), tx, accountId, { own: { downKbps: 3000 } }),
      (tx, accountId) => updateAccount(parts(), tx, accountId, { own: { devices: 4 } }),
    );
    expect(after).toMatchObject({ ownLimits: { downKbps: 3000, devices: 4 }, terms: { downKbps: 3000, devices: 4 } });
  });
});
