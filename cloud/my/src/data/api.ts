/** Requests to the hub. Its refusals come in the language of the page. */

export type Trouble =
  | { readonly kind: "offline" }
  | { readonly kind: "signed-out" }
  | {
      readonly kind: "refused";
      readonly code: string;
      readonly text: string;
      /** This try was not decided, or the hub failed at it: it, or a try before it, may have been done all the same. */
      readonly isOpen?: boolean;
    };

export type Answer<T> = { readonly ok: true; readonly body: T } | { readonly ok: false; readonly trouble: Trouble };

export interface Api {
  get<T>(path: string): Promise<Answer<T>>;
  send<T>(method: "POST" | "PATCH" | "DELETE", path: string, body?: object, key?: string): Promise<Answer<T>>;
}

const timeoutMs = 20_000;

/**
 * @param language of its refusals, as it is at the time
 * @param customer whom the page shows; null: nobody. All tabs share one cookie: where another one has logged in since, the hub does nothing for them here
 */
export function createApi(base: string, language: () => string, customer: () => string | null = () => null): Api {
  async function call<T>(method: string, path: string, body?: object, key?: string): Promise<Answer<T>> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), timeoutMs);
    const shown = customer();
    try {
      const response = await fetch(base + path, {
        method,
        headers: {
          "Accept-Language": language(),
          ...(method === "GET" ? {} : { "Karibu-Page": "my" }),
          ...(shown === null ? {} : { "Karibu-Customer": shown }),
          ...(body === undefined ? {} : { "Content-Type": "application/json" }),
          ...(key === undefined ? {} : { "Idempotency-Key": key }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        cache: "no-store",
        credentials: "same-origin",
        signal: stop.signal,
      });
      if (response.status === 204) return { ok: true, body: undefined as T };
      const answer = await response.json();
      if (response.ok) return { ok: true, body: answer as T };
      if (response.status === 401) return { ok: false, trouble: { kind: "signed-out" } };
      // The hub names the field in front; a person sees it before them.
      const [detail, field] = [String(answer.detail ?? ""), `${String(answer.field ?? "")}: `];
      const text = detail.startsWith(field) ? detail.slice(field.length) : detail;
      return {
        ok: false,
        trouble: {
          kind: "refused",
          code: String(answer.code ?? ""),
          text: text.charAt(0).toUpperCase() + text.slice(1),
          ...(response.status >= 500 || response.status === 429 || response.headers.has("Retry-After")
            ? { isOpen: true }
            : {}),
        },
      };
    } catch {
      return { ok: false, trouble: { kind: "offline" } };
    } finally {
      clearTimeout(timer);
    }
  }
  return {
    get: (path) => call("GET", path),
    send: (method, path, body, key) => call(method, path, body, key),
  };
}

/** One for each thing that is asked for once, however often it is sent. */
export const newKey = (): string =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
