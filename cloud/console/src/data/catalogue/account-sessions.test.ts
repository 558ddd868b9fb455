import { expect, test } from "vitest";
import { sessionsOfAccount } from "./account-sessions.ts";
import type { Session } from "./sessions.ts";

test("[CUS-01] the sessions of a log-in are of no other one, whose name only contains it", async () => {
  const of = (user: string, grantId: string | null) => ({ user, grantId }) as Session;
  const own = [of("kamau", "a.k1.1764000000"), of("kamau", "a.k1")];
  const others = [of("kamau2", "a.k2.1764000000"), of("kamau-home", "a.k11"), of("KAMAU", null), of("x", "v.b1.4")];
  const asked: unknown[] = [];
  const list = async (query: object) => {
    asked.push(query);
    return { items: [...others, ...own], nextCursor: null };
  };
  expect(await sessionsOfAccount({ accountId: "k1", username: "kamau" }, list)).toEqual(own);
  expect(asked).toEqual([{ limit: 50, cursor: null, q: "kamau" }]);
});
