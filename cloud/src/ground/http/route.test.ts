import { expect, test } from "vitest";
import { z } from "zod";
import { route } from "./route.ts";

test("a route that does not say what its path's ids and its body may be does not compile", () => {
  const common = { summary: "x", permission: "public", response: z.null(), handle: async () => null } as const;
  const params = z.object({ id: z.string() });
  // @ts-expect-error: no params
  route({ ...common, method: "GET", path: "/x/{id}" });
  // @ts-expect-error: no body
  route({ ...common, method: "POST", path: "/x" });
  // @ts-expect-error: no body
  route({ ...common, method: "PATCH", path: "/x/{id}", params });
  expect(route({ ...common, method: "PUT", path: "/x/{id}", params, body: null }).body).toBeNull();
});
