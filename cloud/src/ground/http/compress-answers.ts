/**
 * Compresses answers of the API: lists and the API's description shrink to a tenth on a slow line. Answers that hold a secret
 * stay as they are, because the length of a compressed text tells what repeats in it: where the caller's own words stand beside a
 * secret, lengths give the secret away (BREACH, https://breachattack.com). So only GETs are compressed, and among them only
 * those whose fields name no secret. Live streams stay as they are too: each event must leave at once.
 */
import compression from "compression";
import type { RequestHandler, Response } from "express";
import { z } from "zod";
import type { Route } from "./route.ts";

/** Shorter answers fit into one packet anyway. */
const thresholdBytes = 1400;

export function compressAnswers(): RequestHandler {
  return compression({
    threshold: thresholdBytes,
    filter: (request, response) =>
      (response as Response).locals.mayCompress === true && compression.filter(request, response),
  });
}

/** Whether answers of this route may be compressed. */
export function mayCompress(route: Route): boolean {
  if (route.method !== "GET") return false;
  if (route.response === null || route.compressed !== undefined) return route.compressed === true;
  return !fieldNames(z.toJSONSchema(route.response, { io: "output", unrepresentable: "any" })).some(namesSecret);
}

/** Fields that may hold a code, a token or a key. `text`: a message to a customer may carry a voucher code. */
export function namesSecret(field: string): boolean {
  return /(code|token|secret|password|pin|key|text|script|config|url|uri)s?$/i.test(field);
}

/** The names of all fields in a schema, however deep. */
function fieldNames(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(fieldNames);
  if (typeof schema !== "object" || schema === null) return [];
  const own = "properties" in schema ? Object.keys(schema.properties as object) : [];
  return [...own, ...Object.values(schema).flatMap(fieldNames)];
}
