/** Whoever copies the example has a module that works: with it among the modules, a hub has its route and its recurring work. */
import { afterAll, expect, test } from "vitest";
import { anyEngine } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";
import { allModules } from "../all-modules.ts";
import type { HubModule } from "../hub-module.ts";
import type { ModuleName } from "../names.ts";
import { partOfDay } from "./example-policy.ts";
import { example } from "./module.ts";

// As if the list had been written with it; a copy is in the list.
const listed: Record<string, HubModule> = allModules;
if (!("example" in listed)) {
  listed.example = example;
  afterAll(() => delete listed.example);
}

const on = useHub(anyEngine, { modules: ["example" as ModuleName] });
const off = useHub(anyEngine, { modules: [] });

test("[SYS-27] its route greets, and its recurring work is in the schedule; a hub without it has neither", async () => {
  const ask = async (hub: typeof on) => {
    const { token } = await hub.makeProvider("Asha");
    return hub.call("GET", "/api/v1/example", { token });
  };
  expect((await ask(on)).body).toEqual({ part: expect.any(String), name: "Asha" });
  expect((await ask(off)).status).toBe(404);
  expect(on.hub().maintenance.names).toContain("count-example-greetings");
  expect(off.hub().maintenance.names).not.toContain("count-example-greetings");
});

test("the greeting is that of the provider's own hour", () => {
  const atUtcHour = (hour: number) => partOfDay(hour * 3_600_000, 180);
  expect([0, 1, 8, 9, 14, 15].map(atUtcHour)).toEqual([
    ...["evening", "morning", "morning", "afternoon", "afternoon", "evening"],
  ]);
});
