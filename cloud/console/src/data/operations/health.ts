/** How the hub itself is: the shapes of its health routes. */
export interface Health {
  readonly version: string;
  readonly upSeconds: number;
  readonly database: { readonly engine: string; readonly latencyMs: number };
  readonly links: number;
}
export interface HealthPart {
  readonly name: string;
  readonly grade: "good" | "doubtful" | "wrong";
  readonly text: string;
  readonly advice: string | null;
}
export interface SecurityFinding {
  readonly name: string;
  readonly status: string;
  readonly advice: string | null;
}

export const healthPath = "/health";
export const securityPath = "/health/security";
export const healthPartsPath = "/api/v1/platform/health";
