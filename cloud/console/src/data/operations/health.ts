/** How the hub itself is: the shapes of its health routes. */
import type { HubGrade, SecurityStatus } from "@karibu/protocol/health";

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

export const healthPath = "/health";
export const securityPath = "/health/security";
export const healthPartsPath = "/api/v1/platform/health";
