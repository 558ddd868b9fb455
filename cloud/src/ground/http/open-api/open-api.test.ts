import { longTest } from "@karibu/protocol/test-long-run";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { expect, test } from "vitest";
import { z } from "zod";
import { useHub } from "../../../test-hub.ts";
import { anyEngine } from "../../db/test-databases.ts";
import { exampleOf } from "./examples.ts";

const hub = useHub(anyEngine);

longTest(
  "[SYS-16] the description passes a maintained linter's recommended rules, and every example fits its schema",
  async () => {
    const { text } = await hub.call("GET", "/api/v1/openapi.json");
    const config = await createConfig({
      extends: ["recommended"],
      rules: {
        "no-server-example.com": "off",
        // `/vouchers/batches` beside `/vouchers/{voucherId}`: literal paths come first, as OpenAPI 3.1 says they do.
        "no-ambiguous-paths": "off",
        // Every example fits its schema.
        "no-invalid-media-type-examples": "error",
      },
    });
    const problems = await lintFromString({ source: text, config, absoluteRef: "openapi.json" });
    const found = problems
      .filter((problem) => problem.severity === "error" || problem.severity === "warn")
      .map((problem) => `${problem.ruleId}: ${problem.message} at ${problem.location[0]?.pointer}`);
    expect(found).toEqual([]);
  },
);

test("[SYS-16] every example of a body is taken by its route, also by the rules that no schema of JSON can say", () => {
  const refused = hub.hub().routes.flatMap(({ method, path, body }) => {
    if (body === null) return [];
    const example = exampleOf(z.toJSONSchema(body, { io: "input", unrepresentable: "any" }) as Record<string, unknown>);
    const { error } = body.safeParse(example);
    return error === undefined
      ? []
      : [`${method} ${path} ${error.issues.map((one) => `${one.path.join(".")}: ${one.message}`)}`];
  });
  expect(refused).toEqual([]);
});

test("[SYS-16] every number that a request may carry has a least and a most, which the description says", () => {
  type Schema = { readonly [name: string]: unknown };
  const openIn = (schema: unknown, at: string): string[] => {
    if (Array.isArray(schema)) return schema.flatMap((one) => openIn(one, at));
    if (typeof schema !== "object" || schema === null) return [];
    const { type, minimum, maximum, properties, ...rest } = schema as Schema;
    const isOpen =
      (type === "integer" || type === "number") &&
      !("const" in rest || "enum" in rest) &&
      (Number(minimum ?? -Infinity) <= Number.MIN_SAFE_INTEGER ||
        Number(maximum ?? Infinity) >= Number.MAX_SAFE_INTEGER);
    const inner = ["items", "prefixItems", "anyOf", "oneOf", "allOf", "additionalProperties", "$defs"];
    return [
      ...(isOpen ? [at] : []),
      ...Object.entries(properties ?? {}).flatMap(([name, one]) => openIn(one, `${at}.${name}`)),
      ...inner.flatMap((name) => openIn(rest[name], at)),
    ];
  };
  const { routes } = hub.hub();
  const open = routes.flatMap(({ method, path, params, query, body }) =>
    [params, query, body].flatMap((schema) =>
      schema === null
        ? []
        : openIn(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }), `${method} ${path}`),
    ),
  );
  expect(routes.length).toBeGreaterThan(300);
  expect(open).toEqual([]);
});

test("an example is made for what has neither name nor type", () => {
  expect(exampleOf({})).toEqual({});
  expect(exampleOf({ type: "string", minLength: 30 }, "pattern")).toEqual(expect.stringMatching(/^.{30,}$/));
});
