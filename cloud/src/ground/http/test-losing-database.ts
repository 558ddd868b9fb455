/** A database that commits a change and loses the news of it: what a hub sees whose connection breaks at that moment. */
import type { Tx } from "../db/database.ts";
import { type TestEngine, useDatabase } from "../db/test-databases.ts";

type Count = (tx: Tx) => Promise<number>;

export function useLosingDatabase(engine: TestEngine) {
  const database = useDatabase(engine);
  let losing: { readonly providerId: string; readonly count: Count } | null = null;

  return {
    current(): ReturnType<typeof database.current> {
      const real = database.current();
      return {
        ...real,
        async asProvider(providerId, work, options) {
          if (losing?.providerId !== providerId) return real.asProvider(providerId, work, options);
          const { count } = losing;
          const counted = () => real.asProvider(providerId, count);
          const before = await counted();
          const result = await real.asProvider(providerId, work, options);
          if ((await counted()) === before) return result;
          losing = null;
          throw Object.assign(new Error("the connection broke"), { code: "08006" });
        },
      };
    },
    /** Of the next transaction that makes rows of these. */
    loseNewsOfMore(providerId: string, count: Count): void {
      losing = { providerId, count };
    },
  };
}
