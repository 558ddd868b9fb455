import { expect, test } from "vitest";
import { z } from "zod";
import { useHub } from "../../test-hub.ts";
import { anyEngine } from "../db/test-databases.ts";
import { undiciCall } from "../http-client/http-call.ts";
import { exampleOf } from "./open-api/examples.ts";

type Json = Record<string, unknown>;

const hub = useHub(anyEngine);
const inside = [
  "http://127.0.0.1/",
  "https://169.254.169.254/latest",
  "https://[::1]/",
  "https://hub.local/",
  "file:///etc/passwd",
];

/** Every object of a schema that has a field for an address, whatever the branch it stands in. */
function withUrls(schema: Json): { readonly fields: string[]; readonly whole: Json }[] {
  const options = (schema.anyOf ?? schema.oneOf) as Json[] | undefined;
  if (options !== undefined) return options.flatMap(withUrls);
  const properties = (schema.properties ?? {}) as Record<string, Json>;
  const fields = Object.entries(properties)
    .filter(([name, inner]) => /url$/i.test(name) || inner.format === "uri")
    .map(([name]) => name);
  return fields.length === 0 ? [] : [{ fields, whole: schema }];
}

test("[SYS-13] every address that an operator can enter must be https and on the internet", async () => {
  const { token } = await hub.makeProvider("Urls");
  const seen: string[] = [];
  for (const route of hub.hub().routes.filter(({ body }) => body !== null)) {
    const schema = z.toJSONSchema(route.body as z.ZodType, { io: "input", unrepresentable: "any" }) as Json;
    for (const { fields, whole } of withUrls(schema)) {
      for (const field of fields) {
        for (const url of inside) {
          const body = { ...(exampleOf(whole) as Json), [field]: url };
          const path = route.path.replaceAll(/\{\w+\}/g, "nothing");
          const answer = await hub.call(route.method, path, { token, body });
          expect([route.path, url, answer.status, answer.body.field], answer.text).toEqual([
            route.path,
            url,
            400,
            field,
          ]);
        }
        seen.push(`${route.method} ${route.path} ${field}`);
      }
    }
  }
  expect(seen).toContain("POST /api/v1/message-senders baseUrl");
});

test.each(["https://127.0.0.1:1/", "http://example.com/", "https://localhost/"])(
  "an address that was typed is judged again when it is called: %s",
  async (url) => {
    const called = undiciCall({ method: "GET", url, headers: {}, timeoutMs: 5000, isTyped: true });
    await expect(called).rejects.toThrow("This is not an https address on the internet.");
  },
);
