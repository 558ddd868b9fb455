/** The agent's API as functions. They never throw: a failure is a value, and the page has a sentence for it. */
import type { DeviceHint, PortalState, Problem } from "@karibu/protocol/portal-api";
import type { Platform } from "./platform.ts";
import type { Trouble } from "./trouble.ts";

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly trouble: Trouble };

/** What the first view asks, and how everything is asked. */
export interface Api {
  state(): Promise<Answer<PortalState>>;
  /** What the hotspot said of this phone, as a query. */
  readonly hintQuery: string;
  /** GET, or with a body POST. */
  ask<T>(path: string, body: object | null, deadlineMs: number): Promise<Answer<T>>;
  /** Rejects when it takes longer. */
  bounded<T>(deadlineMs: number, work: (signal: AbortSignal | null) => Promise<T>): Promise<T>;
}

export interface ApiOptions {
  readonly platform: Platform;
  readonly hint: DeviceHint;
  readonly fetch: typeof fetch;
}

export function createApi({ platform, hint, fetch }: ApiOptions): Api {
  const hintQuery = new URLSearchParams(hint as Record<string, string>).toString();
  return { state: () => ask(`/api/state?${hintQuery}`, null, 8000), hintQuery, ask, bounded };

  async function ask<T>(path: string, body: object | null, deadlineMs: number): Promise<Answer<T>> {
    try {
      const { response, value } = await bounded(deadlineMs, async (signal) => {
        const options: RequestInit =
          body === null
            ? { signal, credentials: "same-origin" }
            : {
                signal,
                credentials: "same-origin",
                method: "POST",
                headers: { "content-type": "application/json" },
                body: JSON.stringify(body),
              };
        const response = await fetch(path, options);
        return { response, value: (await response.json()) as unknown };
      });
      if (response.ok) return { ok: true, value: value as T };
      const problem = value as Partial<Problem>;
      return {
        ok: false,
        trouble: {
          code: problem.code ?? "fault",
          field: problem.field ?? null,
          retryAfterSeconds: problem.retryAfterSeconds ?? null,
        },
      };
    } catch {
      return { ok: false, trouble: { code: "unreachable", field: null, retryAfterSeconds: null } };
    }
  }

  /** The oldest browsers can't take a request back: then its answer is not waited for. */
  async function bounded<T>(deadlineMs: number, work: (signal: AbortSignal | null) => Promise<T>): Promise<T> {
    const abort = typeof AbortController === "undefined" ? null : new AbortController();
    let timer = { cancel() {} };
    const late = new Promise<never>((_, reject) => {
      timer = platform.after(deadlineMs, () => {
        abort?.abort();
        reject(new Error("no answer in time"));
      });
    });
    try {
      return await Promise.race([work(abort?.signal ?? null), late]);
    } finally {
      timer.cancel();
    }
  }
}
