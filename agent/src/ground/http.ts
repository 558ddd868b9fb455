/** HTTP as plain values. A handler answers requests and does not know what carried them. */

/** Header names are in lower case. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query, as in the request line. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The undecoded body; empty when there is none. */
  readonly body: string;
  /** Address of the peer; null when it is not known. */
  readonly address: string | null;
  /** Where it arrived: an address and a port of this machine. Absent: on no TCP socket. */
  readonly at?: { readonly address: string; readonly port: number };
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Uint8Array;
  /**
   * The answer goes on after `body`: called once that has left. `send` adds to it, `end` ends it. Returns what is called when its reader has gone.
   * Absent: `body` is all.
   */
  readonly goesOn?: (send: (text: string) => void, end: () => void) => () => void;
}

export interface HttpHandler {
  /** Answers one request. Never rejects. */
  handle(request: HttpRequest): Promise<HttpResponse>;
}

export interface HttpListener {
  readonly port: number;
  /** Stops listening and ends idle connections. Requests under way get a moment to finish. */
  close(): Promise<void>;
}

/** Built files by path (`/`, `/assets/…`). */
export type StaticFiles = ReadonlyMap<string, StaticFile>;

export interface StaticFile {
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly gzip: Uint8Array | null;
  /** The name holds a hash of the content: a browser may keep the file for a year. */
  readonly immutable: boolean;
  /** `'sha256-…'` of a page's inline styles, for its Content-Security-Policy. */
  readonly styleHashes: readonly string[];
}
