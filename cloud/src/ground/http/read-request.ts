/** Checks a request by the route's schemas before a handler sees it. */
import { cutText } from "@karibu/protocol/whole-text";
import type { Request, RequestHandler, Response } from "express";
import type { z } from "zod";
import { invalid, refusal, wrongField } from "./problem.ts";

/** No body is the same as `{}`: an action whose fields all have defaults needs no body. */
export async function readBody(parse: RequestHandler, request: Request, response: Response): Promise<void> {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if ((length === undefined || length === "0") && encoding === undefined) {
    request.body = {};
    return;
  }
  if (!request.is("application/json")) throw refusal("not-json", { status: 415, field: "Content-Type" });
  await new Promise<void>((resolve, reject) => {
    parse(request, response, (error?: unknown) => (error === undefined ? resolve() : reject(error)));
  });
}

export function checked(schema: z.ZodType | null, where: "path" | "query" | "body", value: unknown): unknown {
  if (schema === null) return undefined;
  refuseBadText(where, value);
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw where === "path" ? refusal("not-found") : invalid(where, parsed.error);
  return parsed.data;
}

/** A misspelt filter must not look like no filter: the answer to an unknown parameter is a refusal that names it. */
export function refuseUnknown(schema: z.ZodType | null, query: Request["query"]): void {
  const known = (schema as { readonly shape?: object } | null)?.shape ?? {};
  const unknown = Object.keys(query).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const field = cutText(unknown, 100);
  throw wrongField(field, "no-such-field");
}

/** PostgreSQL can't store it: U+0000, or half a surrogate pair. */
const isBadText = (text: string): boolean => text.includes("\0") || !text.isWellFormed();

/** No recursion, because the caller chooses the depth of the input. */
function refuseBadText(where: string, value: unknown): void {
  const open: [string, unknown][] = [["", value]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [field, inner] = next;
    const named = field === "" ? where : field;
    if (typeof inner === "string" && isBadText(inner)) throw wrongField(named, "bad-signs");
    if (typeof inner === "object" && inner !== null) {
      for (const [name, item] of Object.entries(inner)) {
        // A name may be kept as a value is.
        if (isBadText(name)) throw wrongField(named, "bad-signs");
        open.push([field === "" ? name : `${field}.${name}`, item]);
      }
    }
  }
}

export function idempotencyKey(request: Request, isNeeded: boolean): string | null {
  const key = request.get("Idempotency-Key");
  if (key === undefined) {
    if (!isNeeded) return null;
    throw wrongField("Idempotency-Key", "idempotency-key");
  }
  if (/^[\x21-\x7e]{1,128}$/.test(key)) return key;
  throw wrongField("Idempotency-Key", "idempotency-key");
}
