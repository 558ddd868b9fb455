/** A phone number in a request, as people type it. */
import { type Country, normalisePhone } from "@karibu/protocol/phone-number";
import { z } from "zod";
import { Problem } from "./problem.ts";

const adjectives: Readonly<Record<Country, string>> = {
  KE: "Kenyan",
  UG: "Ugandan",
  TZ: "Tanzanian",
  RW: "Rwandan",
  ZM: "Zambian",
  GH: "Ghanaian",
  ET: "Ethiopian",
  NG: "Nigerian",
  ZA: "South African",
};

export const phoneField = z.string().min(7).max(20);

/** An MSISDN. Throws a Problem 400 that names the field. */
export function readPhone(typed: string, country: Country, field = "phone"): string {
  const phone = normalisePhone(typed, country);
  if (phone !== null) return phone;
  throw new Problem(400, "bad-phone", `${field}: this is no ${adjectives[country]} mobile number.`, { field });
}
