/** Requests that take the same name at the same moment: one gets it, the others are refused by the field. */
import { expect, test } from "vitest";
import { hubSuite } from "../../test-hub.ts";

hubSuite("one name for many requests at the same moment", (hub) => {
  test.each([
    ["Groups", "/api/v1/plan-groups", { name: "Daily", position: 1 }],
    ["Roles", "/api/v1/roles", { name: "Counter", permissions: ["sites.read"] }],
    ["Sellers", "/api/v1/sellers", { name: "Achieng", pin: "482193" }],
  ])("%s: one request gets it", async (provider, path, body) => {
    const { token } = await hub.makeProvider(provider);
    const answers = await Promise.all(Array.from({ length: 12 }, () => hub.call("POST", path, { token, body })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 11 }, () => 409)]);
    for (const { status, body: answer } of answers)
      if (status === 409) expect(answer).toMatchObject({ code: "name-taken", field: "name" });
  });
});
