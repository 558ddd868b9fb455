/** The API's description (OpenAPI 3.1), generated from the schemas that check requests and answers. */
import { problemSchema } from "@karibu/protocol/portal-api";
import { z } from "zod";
import type { Route } from "../route.ts";
import { exampleOf } from "./examples.ts";

type Json = Record<string, unknown>;

export function openApi(routes: readonly Route[], publicUrl: string | null): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Karibu hub",
      version: "1",
      description: [
        "Errors are problem+json (RFC 9457) and name the field; `rule` and `value`, where they are there, say what it breaks (`too-big`, 100).",
        "Lists come in pages of at most 100 with a cursor; `sort` takes a field's name, with `-` before it for the other way, and `q` searches the text fields. Times are",
        "milliseconds since 1970 in UTC, amounts minor units. A POST with an `Idempotency-Key` may be repeated for a day.",
        "The GET of one thing gives an `ETag`; send it as `If-Match` with a change, and nobody's work is overwritten.",
      ].join(" "),
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: publicUrl ?? "/" }],
    paths,
    components: {
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        customer: {
          type: "apiKey",
          in: "cookie",
          name: "__Host-karibu_my_{provider}",
          description:
            "A customer's session on their own page. What changes something also wants `Karibu-Page: my`; with `Karibu-Customer: <customerId>` it is done for that customer or for nobody.",
        },
      },
      schemas: { Problem: schemaOf(problemSchema, "output") },
      responses: {
        NotSignedIn: {
          description: "The token is missing, wrong or expired",
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
    },
  };
}

function operation(route: Route): Json {
  const isPublic = route.permission === "public";
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [tagOf(route)],
    ...(isPublic
      ? { security: [] }
      : {
          security: [{ [route.permission === "customer" ? "customer" : "token"]: [] }],
          "x-permission": route.permission,
        }),
    ...(route.freshFactor ? { "x-fresh-second-factor": true } : {}),
    parameters: [
      ...parametersOf(route.params, "path"),
      ...parametersOf(route.query, "query"),
      ...(route.method === "POST" && !isPublic ? [{ ...idempotencyHeader, required: route.needsKey === true }] : []),
    ],
    ...(route.body === null
      ? {}
      : {
          requestBody: { required: true, content: { "application/json": jsonContent(route.body, "input") } },
        }),
    responses: {
      [route.status]: {
        description: "Done",
        ...(route.status === 204
          ? {}
          : {
              content: {
                [route.produces]:
                  route.response === null ? { schema: { type: "string" } } : jsonContent(route.response, "output"),
              },
            }),
      },
      ...(isPublic ? {} : { "401": { $ref: "#/components/responses/NotSignedIn" } }),
      "4XX": {
        description: "A problem with the request",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
      default: {
        description: "A problem",
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
  };
}

const idempotencyHeader: Json = {
  name: "Idempotency-Key",
  in: "header",
  description: "The same key with the same body is done once: within a day it gets the same answer.",
  schema: { type: "string", minLength: 1, maxLength: 128 },
};

function tagOf(route: Route): string {
  return route.path.split("/")[3] ?? "hub";
}

function jsonContent(schema: z.ZodType, io: "input" | "output"): Json {
  const made = schemaOf(schema, io);
  return { schema: made, example: exampleOf(made) };
}

/** `GET /api/v1/plans/{planId}` -> `get-plans-planId`. */
function operationId(route: Route): string {
  const words = route.path.replace("/api/v1", "").replaceAll(/[{}]/g, "").split("/").filter(Boolean);
  return [route.method.toLowerCase(), ...words].join("-");
}

function parametersOf(schema: z.ZodType | null, where: "path" | "query"): Json[] {
  if (schema === null) return [];
  const { properties = {} } = schemaOf(schema, "output") as { properties?: Record<string, Json> };
  const { required = [] } = schemaOf(schema, "input") as { required?: string[] };
  return Object.entries(properties).map(([name, inner]) => ({
    name,
    in: where,
    required: where === "path" || (required.includes(name) && !("default" in inner)),
    schema: inner,
  }));
}

function schemaOf(schema: z.core.$ZodType, io: "input" | "output"): Json {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    io,
    unrepresentable: "any",
    target: "draft-2020-12",
  }) as Json;
  return made;
}
