import { isAbsent, useMigratedServer } from "@karibu/cloud/ground/db/test-databases";
import { describe, test } from "vitest";
import { expectAgreement } from "./test-two-hubs-agree.ts";

// The embedded engine belongs to one process.
describe.skipIf(isAbsent("postgresql"))("two hub processes on one database", () => {
  const fresh = useMigratedServer("postgresql");

  test(
    "[PAY-02] [BEY-05] [BEY-09] one of them killed while phones pay: the channel's list and the ledger agree to the shilling, and PostgreSQL ends no deadlock",
    () =>
      expectAgreement({
        databaseUrl: fresh.url() as string,
        shops: 4,
        purchases: 120,
        perSecond: 300,
        kills: 1,
      }),
    400_000,
  );
});
