/** One tenant that keeps the hub busy does not keep others waiting. */
import { sql } from "kysely";
import { describe, expect, test, vi } from "vitest";
import { askerOf } from "../../test-asking.ts";
import { useHub } from "../../test-hub.ts";
import type { Tx } from "../db/database.ts";
import { isAbsent } from "../db/test-databases.ts";
import { lockWaits, whileHeld } from "../db/test-locks.ts";
import { createTurns, defaultTurns } from "./turns.ts";

/** Works that end when the test says so. */
function openTurns(limits = { atOnce: 2, waiting: 4, waitingOfOne: 3 }) {
  const turns = createTurns(limits);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const request = (tenant: string, person: string, isReading = false) => {
    let leave = () => {};
    const inTurn = turns({ tenant, person, isReading, onGone: (gone) => (leave = gone) });
    const work = (name: string, then: () => Promise<unknown> = async () => {}) => {
      const done = inTurn(async () => {
        begun.push(name);
        await new Promise<void>((end) => ends.set(name, end));
        await then();
      });
      return done.then(
        () => "done",
        (error) => error.code,
      );
    };
    return { work, inTurn, leave: () => leave() };
  };
  const begins = async (...names: string[]) => vi.waitFor(() => expect(begun).toEqual(names));
  const end = (name: string) => ends.get(name)?.();
  return { request, begins, end };
}

describe("turns", () => {
  test("[SYS-15] a tenant has a few at once; another tenant's begins meanwhile, and who has the fewest under way is next", async () => {
    const { request, begins, end } = openTurns();
    const answers = ["a1", "a2", "a3", "a4"].map((name) => request("a", "greedy").work(name));
    answers.push(request("a", "colleague").work("c"), request("b", "else").work("b"));
    await begins("a1", "a2", "b");
    end("a1");
    await begins("a1", "a2", "b", "c");
    end("a2");
    await begins("a1", "a2", "b", "c", "a3");
    for (const name of ["b", "c", "a3"]) end(name);
    await begins("a1", "a2", "b", "c", "a3", "a4");
    end("a4");
    expect(await Promise.all(answers)).toEqual(Array(6).fill("done"));
  });

  test("[SYS-15] beyond the line there is a refusal; who has gone leaves it, and a request that has begun is never refused", async () => {
    const { request, begins, end } = openTurns();
    const first = request("a", "p");
    const begun = first.work("one");
    void request("a", "q").work("other");
    await begins("one", "other");
    const waiting = ["w1", "w2", "w3"].map(() => request("a", "p"));
    const answers = waiting.map((one, at) => one.work(`w${at + 1}`));
    expect(await request("a", "p").work("too many of one")).toBe("too-many-tries");
    const last = request("a", "r").work("r");
    expect(await request("a", "s").work("too many")).toBe("too-many-tries");
    waiting[0]?.leave();
    expect(await answers[0]).toBe("too-many-tries");
    end("one");
    expect(await begun).toBe("done");
    await begins("one", "other", "w2");
    const onward = first.work("goes on");
    end("other");
    await begins("one", "other", "w2", "goes on");
    end("w2");
    await begins("one", "other", "w2", "goes on", "r");
    for (const name of ["goes on", "r"]) end(name);
    expect([await onward, await last]).toEqual(["done", "done"]);
  });

  test("[SYS-15] an export of many pages goes before no colleague, but for a page that others wait for", async () => {
    const { request, begins, end } = openTurns({ atOnce: 1, waiting: 4, waitingOfOne: 3 });
    const reading = request("a", "accountant", true);
    const first = reading.work("page 1");
    await begins("page 1");
    const colleagues = ["list", "search"].map((name) => request("a", "colleague").work(name));
    const held = request("a", "accountant", true).inTurn(async () => "drawn", true);
    end("page 1");
    expect([await first, await held]).toEqual(["done", "drawn"]);
    await begins("page 1", "list");
    const second = reading.work("page 2");
    end("list");
    await begins("page 1", "list", "search");
    end("search");
    await begins("page 1", "list", "search", "page 2");
    end("page 2");
    expect(await Promise.all([...colleagues, second])).toEqual(["done", "done", "done"]);
  });

  test("[SYS-15] a transaction inside another one waits for no turn", async () => {
    const { request, begins, end } = openTurns({ atOnce: 1, waiting: 4, waitingOfOne: 3 });
    const one = request("a", "p");
    const answer = one.work("outer", () => one.inTurn(async () => "inner"));
    await begins("outer");
    end("outer");
    expect(await answer).toBe("done");
  });
});

describe.skipIf(isAbsent("postgresql"))("a hub on PostgreSQL", () => {
  const hub = useHub("postgresql");

  test("[SYS-15] while one tenant holds many slow requests, another's list is answered, and none of the first's is refused", async () => {
    const [busy, other] = [await hub.makeProvider("Busy"), await hub.makeProvider("Other")];
    const call = askerOf(hub, () => busy.token);
    const made = await call("POST", "/plan-groups", { name: "Days" });
    expect(made.status, made.text).toBe(201);
    const path = `/plan-groups/${made.body.groupId}`;

    let letGo = () => {};
    const isHeld = Promise.withResolvers<void>();
    const held = hub.database().asProvider(busy.providerId, async (tx) => {
      await tx.selectFrom("plan_groups").selectAll().forUpdate().execute();
      isHeld.resolve();
      await new Promise<void>((resolve) => (letGo = resolve));
    });
    await isHeld.promise;
    const slow = Array.from({ length: 30 }, () => call("PATCH", path, { name: "Nights" }));
    const waits = () =>
      hub.database().asPlatform("test-waits", async (tx) => {
        const found = await sql<{ waits: number }>`select count(distinct pid)::int as waits
          from pg_locks join pg_stat_activity using (pid)
          where datname = current_database() and not granted`.execute(tx);
        return found.rows[0]?.waits;
      });
    try {
      await vi.waitFor(async () => expect(await waits()).toBe(defaultTurns.atOnce), { timeout: 20_000 });
      const list = await hub.call("GET", "/api/v1/plans", { token: other.token });
      expect(list.status).toBe(200);
      expect(await waits()).toBe(defaultTurns.atOnce);
    } finally {
      letGo();
    }
    await held;
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual(Array(30).fill(200));
  });

  test("[SYS-15] [TEN-07] who is switched off while their requests wait in the line does nothing more", async () => {
    const [shop, other] = [await hub.makeProvider("Dismisses"), await hub.makeProvider("Reads")];
    const call = askerOf(hub, () => shop.token);
    const user = { name: "Otieno", email: "otieno@turns.test", role: "manager", password: "otienos-password" };
    const { userId } = (await call("POST", "/users", user)).body;
    const token = await hub.logIn(user.email, user.password);
    const { groupId } = (await call("POST", "/plan-groups", { name: "Days" })).body;
    const rename = (name: string) => hub.call("PATCH", `/api/v1/plan-groups/${groupId}`, { token, body: { name } });
    let asked: ReturnType<typeof rename>[] = [];
    const groups = (tx: Tx) => tx.selectFrom("plan_groups").selectAll().forUpdate().execute();
    await whileHeld(hub.database(), shop.providerId, groups, async () => {
      asked = Array.from({ length: 4 }, (_, at) => rename(`Busy ${at}`));
      await expect.poll(() => lockWaits(hub.database()), { timeout: 20_000 }).toBe(defaultTurns.atOnce);
      asked.push(rename("After all"));
      // Whoever came later is answered: by then it is in the line.
      for (let times = 0; times < 3; times++)
        expect((await hub.call("GET", "/api/v1/plans", { token: other.token })).status).toBe(200);
      await hub
        .database()
        .asProvider(shop.providerId, (tx) =>
          tx.updateTable("users").set({ active: false }).where("userId", "=", userId).execute(),
        );
    });
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 401]);
  });
});
