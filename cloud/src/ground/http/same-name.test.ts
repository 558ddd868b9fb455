/** Requests that take the same name at the same moment: one gets it, the others are refused by the field. */
import { describe, expect, test } from "vitest";
import { useHub } from "../../test-hub.ts";
import { isAbsent, oneEngine } from "../db/test-databases.ts";

describe.each(oneEngine)("one name for many requests on %s", (engine) => {
  describe.skipIf(isAbsent(engine))("at the same moment", () => {
    const hub = useHub(engine);

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
});
