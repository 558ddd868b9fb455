import { isAbsent, useFreshServer } from "@karibu/cloud/ground/db/test-databases";
import { describe, test } from "vitest";
import { expectAgreement } from "./test-two-hubs-agree.ts";

describe.skipIf(isAbsent("postgresql"))("two hub processes on one database", () => {
  const fresh = useFreshServer("postgresql");

  test("[PAY-02] [BEY-05] [BEY-09] four kills by turns under 500 callbacks a second: the channel's list and the ledger agree to the shilling, and PostgreSQL ends no deadlock", () =>
    expectAgreement({
      databaseUrl: fresh.url() as string,
      shops: 8,
      purchases: 4000,
      perSecond: 500,
      kills: 4,
    }));
});
