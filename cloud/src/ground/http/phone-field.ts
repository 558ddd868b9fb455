/** A phone number in a request, as people type it. */
import { type Country, normalisePhone } from "@karibu/protocol/phone-number";
import { z } from "zod";
import { refusal } from "./problem.ts";

export const phoneField = z.string().min(7).max(20);

/** An MSISDN. Throws a Problem 400 that names the field. */
export function readPhone(typed: string, country: Country, field = "phone"): string {
  const phone = normalisePhone(typed, country);
  if (phone !== null) return phone;
  throw refusal("bad-phone", { field });
}
