/** How the simulated Daraja answers, as plain values. */
export interface LabAnswer {
  readonly status: number;
  readonly body: string;
  readonly type: "application/json" | "text/html";
}

export function eastAfricaStamp(atMs: number): string {
  return new Date(atMs + 3 * 3_600_000).toISOString().replace(/\D/g, "").slice(0, 14);
}

export function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

export function answer(fields: object): LabAnswer {
  return { status: 200, body: JSON.stringify(fields), type: "application/json" };
}

export function complain(status: number, errorCode: string, errorMessage: string): LabAnswer {
  return { status, body: JSON.stringify({ requestId: "lab", errorCode, errorMessage }), type: "application/json" };
}
