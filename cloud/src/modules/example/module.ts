/** The smallest module that has something at each end: a route, recurring work, and a page with its words. To be copied, not shipped: no list of modules has it. */
import type { HubModule } from "../hub-module.ts";
import { exampleRoutes } from "./example-routes.ts";

export const example = {
  recurring: ["count-example-greetings"],
  open({ world }) {
    let count = 0;
    return {
      routes: exampleRoutes(world.clock, () => (count += 1)),
      maintenance: [
        { name: "count-example-greetings", everyMs: 3_600_000, run: async () => `${count} greetings since the start` },
      ],
    };
  },
} satisfies HubModule;
