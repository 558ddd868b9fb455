/** Answers of the simulated Daraja, as plain values. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly type: "application/json" | "text/html";
}

export function eastAfricaStamp(atMs: number): string {
  return new Date(atMs + 3 * 3_600_000).toISOString().replace(/\D/g, "").slice(0, 14);
}

export function answer(fields: object): HttpAnswer {
  return { status: 200, body: JSON.stringify(fields), type: "application/json" };
}

export function errorAnswer(status: number, errorCode: string, errorMessage: string): HttpAnswer {
  return { status, body: JSON.stringify({ requestId: "lab", errorCode, errorMessage }), type: "application/json" };
}
