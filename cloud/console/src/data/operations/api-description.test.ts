import { expect, test } from "vitest";
import { curlOf, type Described, describeApi, matchingGroups } from "./api-description.ts";

const described: Described = {
  servers: [{ url: "https://hub.test/" }],
  paths: {
    "/api/v1/plans/{planId}": {
      patch: {
        operationId: "patch-plans-planId",
        summary: "Change a plan",
        tags: ["plans"],
        security: [{ token: [] }],
        "x-permission": "plans.manage",
        "x-fresh-second-factor": true,
        parameters: [
          { name: "planId", in: "path", required: true, schema: { type: "string" } },
          { name: "Idempotency-Key", in: "header", required: true, schema: { type: "string", maxLength: 128 } },
        ],
        requestBody: {
          content: {
            "application/json": {
              example: { name: "Mama's" },
              schema: {
                type: "object",
                required: ["name"],
                properties: {
                  name: { type: "string", minLength: 1, maxLength: 60 },
                  limits: { anyOf: [{ type: "null" }, { type: "object", properties: { kbps: { type: "integer" } } }] },
                  days: { type: "array", items: { type: "object", properties: { on: { enum: ["mon", "tue"] } } } },
                },
              },
            },
          },
        },
        responses: {
          "200": { content: { "application/json": { schema: { type: "object" }, example: {} } } },
          "4XX": {},
        },
      },
    },
    "/health": {
      get: { operationId: "get-health", summary: "Health", tags: ["hub"], security: [], responses: { "204": {} } },
    },
  },
};
const { server, groups } = describeApi(described);
const patch = groups.find(({ name }) => name === "plans")?.operations[0];
if (patch === undefined) throw new Error("the group of plans is missing");

test("[SYS-16] an operation is told with its permission, parameters and fields, however they nest", () => {
  expect(server).toBe("https://hub.test");
  expect(groups.map(({ name }) => name)).toEqual(["hub", "plans"]);
  expect(patch).toMatchObject({ method: "PATCH", permission: "plans.manage", wantsFactor: true, status: "200" });
  expect(patch.body?.fields).toEqual([
    { name: "name", type: "string", isRequired: true, note: "≥ 1, ≤ 60" },
    { name: "limits", type: "null | object", isRequired: false, note: "" },
    { name: "limits.kbps", type: "integer", isRequired: false, note: "" },
    { name: "days", type: "object[]", isRequired: false, note: "" },
    { name: "days[].on", type: '"mon" | "tue"', isRequired: false, note: "" },
  ]);
  expect(groups[0]?.operations[0]).toMatchObject({ permission: "public", answer: null, status: "204" });
});

test.each([
  ["", ["get-health", "patch-plans-planId"]],
  ["PATCH plan", ["patch-plans-planId"]],
  ["plans.manage", ["patch-plans-planId"]],
  ["nothing", []],
])("[SYS-16] the search for %o finds %o", (text, found) => {
  expect(matchingGroups(groups, text).flatMap(({ operations }) => operations.map(({ id }) => id))).toEqual(found);
});

test("[SYS-16] its request can be pasted into a shell, whatever quotes the example has", () => {
  expect(curlOf(patch, server)).toBe(
    [
      'curl -X PATCH "https://hub.test/api/v1/plans/$PLAN_ID" \\',
      '  -H "Authorization: Bearer $KARIBU_TOKEN" \\',
      '  -H "Idempotency-Key: $(uuidgen)" \\',
      '  -H "Content-Type: application/json" \\',
      `  -d '{"name":"Mama'\\''s"}'`,
    ].join("\n"),
  );
});
