/** The terms of a plan in a few words: `1 h · 1.00 GB · 5 Mbit/s`. */
import type { Terms } from "@karibu/protocol/plan";
import { byteSize } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

export function termsText(terms: Terms): string {
  const parts: string[] = [];
  const seconds = terms.validitySeconds ?? terms.useSeconds;
  if (seconds !== null) parts.push(lengthText(seconds));
  parts.push(terms.dataBytes === null ? say("unlimited") : byteSize(terms.dataBytes).replace(/\.0+ /, " "));
  if (terms.downKbps !== null) parts.push(speedText(terms.downKbps));
  if (terms.devices > 1) parts.push(say("devices", { count: terms.devices }));
  return parts.join(" · ");
}

function lengthText(seconds: number): string {
  if (seconds % 86_400 === 0) return say("days", { count: seconds / 86_400 });
  return say("hours", { count: Math.round((seconds / 3600) * 10) / 10 });
}

function speedText(kbps: number): string {
  return kbps >= 1000 ? `${kbps / 1000} Mbit/s` : `${kbps} kbit/s`;
}
