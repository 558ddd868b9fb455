/** A phone number in a request, as people type it. */
import { z } from "zod";
import { normalisePhone } from "../amounts/phone.ts";
import { Problem } from "./problem.ts";

export const phoneField = z.string().min(7).max(20);

/** 12 digits. Throws a Problem 400 that names the field. */
export function readPhone(typed: string, field = "phone"): string {
  const phone = normalisePhone(typed);
  if (phone !== null) return phone;
  throw new Problem(400, "bad-phone", `${field}: this is no Kenyan mobile number.`, { field });
}
