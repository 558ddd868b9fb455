/** How the hub itself is: the shapes of its health routes. */
import type { hubMinutesView } from "@karibu/cloud/operations/health/hub-minutes";
import type { HubGrade, SecurityStatus } from "@karibu/protocol/health";
import type { z } from "zod";
import { hubPath } from "../../hub/hub-path.ts";
import { withQuery } from "../../hub/list.ts";

export interface Health {
  readonly version: string;
  readonly upSeconds: number;
  readonly database: { readonly engine: string; readonly latencyMs: number };
  readonly links: number;
}
export interface HealthPart {
  readonly name: string;
  readonly grade: HubGrade;
  /** In English. */
  readonly text: string;
  readonly finding: string;
  readonly advice: string | null;
  readonly adviceCode: string | null;
  readonly figures: Readonly<Record<string, number | string | null>>;
}
export interface SecurityFinding {
  readonly name: string;
  readonly status: SecurityStatus;
  readonly advice: string | null;
}

export const healthPath = hubPath("/health");
export const securityPath = hubPath("/health/security");
export const healthPartsPath = hubPath("/api/v1/platform/health");

export type HubMinutes = z.output<typeof hubMinutesView>;
export const minuteSpans = ["hour", "day", "week"] as const;
export type MinuteSpan = (typeof minuteSpans)[number];
export const hubMinutesPath = (span: MinuteSpan) => withQuery("/api/v1/platform/health/minutes", { span });
