/** A bucket of an S3-compatible store: signatures, objects, uploads in parts, lists in pages; and what goes wrong with a real one. */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { judgeSignature, type SigningKeys } from "./sig-v4.ts";

/** `refuse`: 503. `full`: no more room. `cut`: the connection ends in the middle. */
export type BucketFault = "refuse" | "full" | "cut";

export interface Bucket {
  readonly url: string;
  readonly keys: SigningKeys;
  readonly objects: Map<string, Buffer>;
  /** Uploads that were begun and neither completed nor ended: key by id. */
  unfinished(): readonly string[];
  /** What was asked, as `PUT key`: with `?part` for parts. */
  readonly requests: string[];
  /** Decides about each request, before it is answered; null: it is answered as it should be. */
  failWith(choose: (method: string, key: string, query: URLSearchParams) => BucketFault | null): void;
  close(): Promise<void>;
}

export interface BucketOptions {
  /** Parts but the last one may not be smaller; S3: 5 MiB. */
  readonly partBytesMin?: number;
  /** Objects a page of a list; S3: 1000. */
  readonly pageMax?: number;
  readonly nowMs: () => number;
}

const bucketName = "karibu-back-ups";

interface Upload {
  readonly key: string;
  readonly parts: Map<number, Buffer>;
}

export async function startBucket({
  partBytesMin = 5 * 1024 * 1024,
  pageMax = 1000,
  nowMs,
}: BucketOptions): Promise<Bucket> {
  const keys: SigningKeys = { keyId: "AKLAB", keySecret: "lab/secret+key", region: "lab-1" };
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Upload>();
  const requests: string[] = [];
  let choose: (method: string, key: string, query: URLSearchParams) => BucketFault | null = () => null;
  let made = 0;

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<unknown> {
    const body = await bodyOf(request);
    const { pathname, searchParams: query } = new URL(request.url ?? "/", "http://bucket");
    const method = request.method ?? "";
    const key = decodeURIComponent(pathname.slice(bucketName.length + 2));
    requests.push(`${method} ${key}${query.has("partNumber") ? "?part" : ""}`);
    const refuse = (status: number, code: string) =>
      send(response, status, `<Error><Code>${code}</Code><Message>${code}</Message></Error>`);
    const wrong = judgeSignature(request, body, keys, nowMs());
    if (wrong !== null) return refuse(403, wrong);
    if (pathname.split("/")[1] !== bucketName) return refuse(404, "NoSuchBucket");
    const fault = choose(method, key, query);
    if (fault === "refuse") return refuse(503, "SlowDown");
    if (fault === "full") return refuse(507, "InsufficientCapacity");
    if (fault === "cut" && method !== "GET") return void request.socket.destroy();
    if (key === "") return method === "GET" ? list(response, query) : refuse(405, "MethodNotAllowed");
    const uploadId = query.get("uploadId");
    if (uploadId !== null) return inParts(response, refuse, { method, key, query, uploadId, body });
    if (method === "POST" && query.has("uploads")) {
      const id = `upload-${++made}`;
      uploads.set(id, { key, parts: new Map() });
      return send(
        response,
        200,
        `<InitiateMultipartUploadResult><Bucket>${bucketName}</Bucket><Key>${key}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      );
    }
    if (method === "PUT") {
      objects.set(key, body);
      response.writeHead(200, { ETag: etagOf(body) }).end();
      return;
    }
    if (method === "DELETE") {
      objects.delete(key);
      response.writeHead(204).end();
      return;
    }
    const found = objects.get(key);
    if (found === undefined) return refuse(404, "NoSuchKey");
    response.writeHead(200, { "Content-Length": found.length, ETag: etagOf(found) });
    if (method === "HEAD") return void response.end();
    if (fault === "cut") {
      response.write(found.subarray(0, found.length >> 1), () => request.socket.destroy());
      return;
    }
    response.end(found);
  }

  interface PartRequest {
    readonly method: string;
    readonly key: string;
    readonly query: URLSearchParams;
    readonly uploadId: string;
    readonly body: Buffer;
  }

  function inParts(
    response: ServerResponse,
    refuse: (status: number, code: string) => unknown,
    { method, key, query, uploadId, body }: PartRequest,
  ): unknown {
    const upload = uploads.get(uploadId);
    if (upload === undefined || upload.key !== key) return refuse(404, "NoSuchUpload");
    if (method === "PUT") {
      upload.parts.set(Number(query.get("partNumber")), body);
      response.writeHead(200, { ETag: etagOf(body) }).end();
      return;
    }
    if (method === "DELETE") {
      uploads.delete(uploadId);
      response.writeHead(204).end();
      return;
    }
    const named = [...body.toString().matchAll(/<Part>[\s\S]*?<\/Part>/g)].map(([part]) => ({
      number: Number(/<PartNumber>(\d+)</.exec(part)?.[1]),
      etag: (/<ETag>([^<]*)</.exec(part)?.[1] ?? "").replaceAll(/"|&quot;/g, ""),
    }));
    const chosen = named.map(({ number, etag }) => {
      const part = upload.parts.get(number);
      return part !== undefined && etagOf(part) === `"${etag}"` ? part : null;
    });
    const isInOrder = named.every(({ number }, at) => number === at + 1);
    if (chosen.length === 0 || chosen.includes(null) || !isInOrder) return refuse(400, "InvalidPart");
    if (chosen.slice(0, -1).some((part) => (part as Buffer).length < partBytesMin))
      return refuse(400, "EntityTooSmall");
    const whole = Buffer.concat(chosen as Buffer[]);
    objects.set(key, whole);
    uploads.delete(uploadId);
    send(
      response,
      200,
      `<CompleteMultipartUploadResult><Key>${key}</Key><ETag>${etagOf(whole)}</ETag></CompleteMultipartUploadResult>`,
    );
  }

  function list(response: ServerResponse, query: URLSearchParams): unknown {
    const prefix = query.get("prefix") ?? "";
    if (query.has("uploads")) {
      const open = [...uploads].filter(([, { key }]) => key.startsWith(prefix));
      const rows = open.map(([id, { key }]) => `<Upload><Key>${key}</Key><UploadId>${id}</UploadId></Upload>`).join("");
      return send(
        response,
        200,
        `<ListMultipartUploadsResult><Bucket>${bucketName}</Bucket>${rows}</ListMultipartUploadsResult>`,
      );
    }
    const after = query.get("continuation-token") ?? "";
    const names = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > after).toSorted();
    const page = names.slice(0, Math.min(pageMax, Number(query.get("max-keys") ?? 1000)));
    const rows = page
      .map((key) => `<Contents><Key>${key}</Key><Size>${objects.get(key)?.length}</Size></Contents>`)
      .join("");
    const more = names.length > page.length;
    const token = more ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : "";
    send(
      response,
      200,
      `<ListBucketResult><Name>${bucketName}</Name><KeyCount>${page.length}</KeyCount><IsTruncated>${more}</IsTruncated>${token}${rows}</ListBucketResult>`,
    );
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${bucketName}`,
    keys,
    objects,
    requests,
    unfinished: () => [...uploads.values()].map(({ key }) => key),
    failWith: (by) => {
      choose = by;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function send(response: ServerResponse, status: number, xml: string): unknown {
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n${xml}`;
  return response
    .writeHead(status, { "Content-Type": "application/xml", "Content-Length": Buffer.byteLength(text) })
    .end(text);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const etagOf = (bytes: Buffer) => `"${createHash("md5").update(bytes).digest("hex")}"`;
