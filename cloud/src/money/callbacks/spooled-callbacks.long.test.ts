import "./spooled-callbacks.test.ts";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isAbsent } from "../../ground/db/test-databases.ts";
import { type RestartedHub, sendWhileAway, useRestartedHub } from "./test-restarted-hub.ts";

describe.skipIf(isAbsent("postgresql"))("a database that is away for long", () => {
  let hub: RestartedHub;
  beforeAll(async () => {
    hub = await useRestartedHub();
    await hub.startDatabase();
    await hub.startHub();
    await hub.said("hub-ready");
  }, 600_000);
  afterAll(() => hub.close(), 60_000);

  test("[PAY-02] 10,000 callbacks meanwhile: all are acknowledged, and all are booked, once", async () => {
    const { prompts } = await hub.openChannel();
    await sendWhileAway(hub, prompts, 10_000);
    expect(hub.output()).not.toContain("callback-spool-full");
  }, 900_000);
});
