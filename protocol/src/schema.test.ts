import { expect, test } from "vitest";
import * as z from "zod/mini";
import { complaint, inPlainWords, keySchema, secondsSchema } from "./schema.ts";

// The whole library sets messages of its own for the process that loads it, as the hub does. Ours are the same there.
import "zod";

const schema = z.object({
  key: keySchema,
  spanSeconds: z.optional(secondsSchema),
  by: z.optional(z.enum(["router", "page"])),
  named: z.optional(z.string().check(z.minLength(1, "enter the code"))),
});

test.each([
  [{}, "key", "a text is needed"],
  [{ key: "" }, "key", "it must not be empty"],
  [{ key: "x".repeat(129) }, "key", "at most 128 characters is allowed"],
  [{ key: "x", spanSeconds: "9" }, "spanSeconds", "a number is needed"],
  [{ key: "x", spanSeconds: -1 }, "spanSeconds", "at least 0 is needed"],
  [{ key: "x", by: "me" }, "by", "one of these is needed: router, page"],
  [{ key: "x", named: "" }, "named", "enter the code"],
  [[], "", "an object is needed"],
  [null, "", "an object is needed"],
])("a complaint about %j names the field %j and what is right: %s", (value, field, message) => {
  const parsed = schema.safeParse(value, inPlainWords);
  expect(parsed.success).toBe(false);
  if (parsed.error !== undefined) expect(complaint(parsed.error)).toEqual({ field, message });
});
