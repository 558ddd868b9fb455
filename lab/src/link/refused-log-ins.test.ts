/** Log-ins that a site refuses are in the hub's log, searchable, and only in their provider's. */
import { logInRequest } from "@karibu/agent/access/test-site";
import { engineSuite } from "@karibu/cloud/ground/db/test-databases";
import { useHub } from "@karibu/cloud/test-hub";
import { expect, test } from "vitest";
import { createFaultyFolder } from "../disk/faulty-folder.ts";
import { hastened, until } from "./link-ends.ts";
import { createAgentOfTest, openLine } from "./test-agent-beside.ts";

const waitMs = 60_000;
const phone = "AA:BB:CC:DD:EE:01";

engineSuite("the log of log-ins", (engine) => {
  const lab = useHub(engine);

  test("[RAD-04] a refused code is found by device, user, reason, site and date; it is forgotten when its month is 90 days old", async () => {
    const { token } = await lab.makeProvider("Refusing");
    const stranger = await lab.makeProvider("Stranger");
    const made = (await lab.call("POST", "/api/v1/sites", { token, body: { name: "Harbour" } })).body;
    const agent = createAgentOfTest(lab, {
      world: hastened(lab.world, 60),
      folder: createFaultyFolder(lab.world),
      enrolToken: made.enrolmentToken,
      line: openLine(lab),
    });
    await agent.start();
    const request = logInRequest("1234567890", "", { nas: "lobby", mac: phone, address: "10.5.50.9" });
    const isRefused = () => {
      const decision = agent.access.logIn(request);
      return decision.kind === "reject" && decision.reason === "unknown-user";
    };
    // In the router's own form a host that was wrong is asked again after five seconds.
    for (let tries = 0; tries < 5; tries++) await until("its code is looked at", isRefused, waitMs);
    const find = async (query: string, who = token) =>
      (await lab.call("GET", `/api/v1/refused-log-ins?${query}`, { token: who })).body.items;
    await until("the hub has it", async () => (await find(""))[0]?.times === 5, waitMs);
    const [entry, ...others] = await find("");
    expect(others).toEqual([]);
    expect(entry).toMatchObject({
      siteName: "Harbour",
      user: "…890",
      mac: phone,
      address: "10.5.50.9",
      nas: "lobby",
    });
    expect(entry).toMatchObject({ service: "hotspot", reason: "unknown-user", times: 5 });
    const { siteId } = made.site;
    // A correction of the site's clock may move its time meanwhile.
    const ids = async (query: string) => (await find(query)).map(({ id }: { id: string }) => id);
    const dayOf = (ms: number) => `fromMs=${entry.atMs - ms}&untilMs=${entry.atMs + ms}`;
    for (const query of [
      `mac=${phone.toLowerCase()}`,
      `user=${encodeURIComponent("…890")}`,
      "reason=unknown-user",
      `siteId=${siteId}`,
      "q=10.5.50.9",
      dayOf(3_600_000),
    ])
      expect([query, await ids(query)]).toEqual([query, [entry.id]]);
    for (const query of ["mac=AA:BB:CC:DD:EE:02", "reason=expired", "siteId=another", "q=10.5.50.8", "untilMs=1"])
      expect([query, await find(query)]).toEqual([query, []]);
    expect(await find("", stranger.token)).toEqual([]);
    lab.moveClock((31 + 90) * 86_400_000);
    await lab.hub().maintenance.runDue();
    const left = await lab
      .database()
      .asPlatform("test", (tx) => tx.selectFrom("refused_log_ins").selectAll().execute());
    expect(left).toEqual([]);
  });
});
