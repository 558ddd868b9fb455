/** How a part of the hub is, and what to do, in the user's language: from its codes and figures. Pure but for the language. */
import type { HealthPart, SecurityFinding } from "../../data/operations/health.ts";
import { byteSize, duration } from "../../strings/format.ts";
import { word, wordOr } from "../../strings/strings.ts";

/** What the hub found at this part. One that this console does not know is shown in the hub's English. */
export function findingText({ name, finding, text, figures }: HealthPart): string {
  return wordOr(`found_${name}`, finding, text, valuesOf(figures));
}

export function adviceText({ advice, adviceCode }: HealthPart): string | null {
  return advice === null ? null : wordOr("advised", adviceCode ?? "", advice);
}

export function securityAdvice({ name, advice }: SecurityFinding): string | null {
  return advice === null ? null : wordOr("secure", name, advice);
}

/** What is sent as milliseconds or bytes is read as hours and gigabytes; how far a clock is ahead or behind is a length of time; names of maintenance jobs have words. */
function valuesOf(figures: HealthPart["figures"]): Record<string, string | number> {
  const {
    ageMs = null,
    provedAgeMs = null,
    unsentMs = null,
    freeBytes = null,
    bytes = null,
    oldestMs = null,
    aheadMs = null,
    names = null,
    ...others
  } = figures;
  const known = Object.entries(others).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  return {
    ...Object.fromEntries(known),
    ...(ageMs === null ? {} : { age: duration(Number(ageMs) / 1000) }),
    ...(provedAgeMs === null ? {} : { provedAge: duration(Number(provedAgeMs) / 1000) }),
    ...(unsentMs === null ? {} : { unsent: duration(Number(unsentMs) / 1000) }),
    ...(freeBytes === null ? {} : { free: byteSize(Number(freeBytes)) }),
    ...(bytes === null ? {} : { size: byteSize(Number(bytes)) }),
    ...(oldestMs === null ? {} : { oldest: duration(Number(oldestMs) / 1000) }),
    ...(aheadMs === null ? {} : { apart: duration(Math.abs(Number(aheadMs)) / 1000) }),
    ...(names === null
      ? {}
      : {
          names: String(names)
            .split(",")
            .filter((name) => name !== "")
            .map((name) => word("maintenance", name))
            .join(", "),
        }),
  };
}
