import { readJson } from "@karibu/protocol/foreign-json";

/** A gateway's answer as a JSON object; an empty object if it is anything else. */
export function jsonObject(text: string): Record<string, unknown> {
  return objectOr(readJson(text));
}

export function objectOr(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
