/**
 * Tests of the way to hosted sites' routers. The hub says that some wait; the host takes them, walks the steps by itself and reports each.
 * The router's address is not among it: the host knows each site's own address in the tunnel, and dials no other.
 */
import * as z from "zod/mini";
import { routerTestStepSchema, routerTestSteps, testedRouterSchema } from "../../router/router-test.ts";
import { keySchema } from "../../schema.ts";
import { rpc } from "../rpc.ts";

/** Hub -> host: tests wait. */
export const routerTestsWait = rpc("router-tests-wait", { params: z.object({}), result: z.unknown() });

/** Host -> hub: gives each test once. */
export const takeRouterTests = rpc("take-router-tests", {
  params: z.object({}),
  result: z.object({
    tests: z
      .array(
        z.object({
          testId: keySchema,
          siteId: keySchema,
          port: z.int().check(z.gte(1024), z.lte(65_535)),
          user: z.string().check(z.minLength(1), z.maxLength(64)),
          password: z.string().check(z.minLength(1), z.maxLength(128)),
        }),
      )
      .check(z.maxLength(20)),
  }),
});
export type WaitingRouterTest = z.infer<typeof takeRouterTests.result>["tests"][number];

/** Host -> hub: how far a test is. `isOver`: it goes no further. */
export const reportRouterTest = rpc("report-router-test", {
  params: z.object({
    testId: keySchema,
    steps: z.array(routerTestStepSchema).check(z.maxLength(routerTestSteps.length)),
    router: z.nullable(testedRouterSchema),
    isOver: z.boolean(),
  }),
  result: z.unknown(),
});
