/**
 * A push service and the browsers behind it: takes what a hub sends as a real one does, checks who sends (RFC 8292), and opens it as the
 * browser would (RFC 8291). The opening is written from the RFC by itself, so that it does not share the hub's mistakes.
 */
import { createDecipheriv, createECDH, createHmac, createPublicKey, type ECDH, verify } from "node:crypto";
import type { HttpAnswer, HttpRequest } from "@karibu/cloud/ground/http-client/http-call";

export interface SimulatedBrowser {
  /** What the console of this browser sends to the hub. */
  readonly subscription: {
    readonly endpoint: string;
    readonly keys: { readonly p256dh: string; readonly auth: string };
  };
  /** What its screen was told, oldest first. */
  readonly shown: { readonly title: string; readonly body: string; readonly tag: string; readonly hash: string }[];
  /** How urgent each was. */
  readonly urgencies: string[];
  /** As after "block" in the browser's settings. */
  unsubscribe(): void;
}

export interface SimulatedPush {
  subscribe(): SimulatedBrowser;
  answer(request: HttpRequest): HttpAnswer;
  /** The next answers have these statuses, and nothing arrives. */
  failNext(...statuses: number[]): void;
}

interface Kept {
  readonly keys: ECDH;
  readonly auth: Buffer;
  readonly browser: SimulatedBrowser;
  readonly isGone: boolean;
}

/** @param publicKey of the hub: what the browsers subscribed with */
export function simulatePush(publicKey: string, nowMs: () => number): SimulatedPush {
  const origin = "https://updates.push.services.mozilla.com";
  const kept = new Map<string, Kept>();
  const failures: number[] = [];
  return {
    subscribe() {
      const keys = createECDH("prime256v1");
      keys.generateKeys();
      const auth = Buffer.alloc(16, kept.size + 1);
      const endpoint = `${origin}/wpush/v2/browser-${kept.size + 1}`;
      const subscription = {
        endpoint,
        keys: { p256dh: keys.getPublicKey().toString("base64url"), auth: auth.toString("base64url") },
      };
      const own: Kept = {
        keys,
        auth,
        isGone: false,
        browser: {
          subscription,
          shown: [],
          urgencies: [],
          unsubscribe: () => void Object.assign(own, { isGone: true }),
        },
      };
      kept.set(endpoint, own);
      return own.browser;
    },
    failNext: (...statuses) => void failures.push(...statuses),
    answer({ url, headers, bytes, method }) {
      const failure = failures.shift();
      if (failure !== undefined) return { status: failure, body: "" };
      const own = kept.get(url);
      if (own === undefined || own.isGone) return { status: 410, body: "" };
      if (method !== "POST" || headers["Content-Encoding"] !== "aes128gcm" || !/^\d+$/.test(headers.TTL ?? ""))
        return { status: 400, body: "" };
      if (!/^[A-Za-z0-9_-]{1,32}$/.test(headers.Topic ?? "x")) return { status: 400, body: "" };
      if (!isFrom(publicKey, headers.Authorization ?? "", origin, nowMs())) return { status: 401, body: "" };
      if (bytes === undefined || bytes.length > 4096) return { status: 413, body: "" };
      own.browser.shown.push(JSON.parse(open(Buffer.from(bytes), own)));
      own.browser.urgencies.push(headers.Urgency ?? "normal");
      return { status: 201, body: "" };
    },
  };
}

/** @see RFC 8292 §2, §3 */
function isFrom(publicKey: string, authorization: string, origin: string, nowMs: number): boolean {
  const [, token = "", key] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? [];
  const [head = "", claims = "", signature = ""] = token.split(".");
  if (key !== publicKey) return false;
  const point = Buffer.from(key, "base64url");
  const [x, y] = [point.subarray(1, 33).toString("base64url"), point.subarray(33).toString("base64url")];
  const hub = createPublicKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x, y } });
  const isSigned = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: hub, dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  const { aud, exp, sub } = JSON.parse(Buffer.from(claims, "base64url").toString("utf8"));
  const lifeSeconds = exp - nowMs / 1000;
  return isSigned && aud === origin && lifeSeconds > 0 && lifeSeconds <= 86_400 && /^(https:|mailto:)/.test(sub);
}

/** @see RFC 8291 §3.4, RFC 8188 §2 */
function open(message: Buffer, { keys, auth }: Kept): string {
  const salt = message.subarray(0, 16);
  const sender = message.subarray(21, 21 + (message[20] as number));
  const sealed = message.subarray(21 + sender.length);
  const mac = (key: Uint8Array, ...parts: Uint8Array[]) =>
    createHmac("sha256", key).update(Buffer.concat(parts)).digest();
  const one = Uint8Array.of(1);
  const secret = mac(auth, keys.computeSecret(sender));
  const input = mac(secret, Buffer.from("WebPush: info\0"), keys.getPublicKey(), sender, one);
  const content = mac(salt, input);
  const key = mac(content, Buffer.from("Content-Encoding: aes128gcm\0"), one).subarray(0, 16);
  const nonce = mac(content, Buffer.from("Content-Encoding: nonce\0"), one).subarray(0, 12);
  const decipher = createDecipheriv("aes-128-gcm", key, nonce).setAuthTag(sealed.subarray(-16));
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
  return padded.subarray(0, padded.lastIndexOf(2)).toString("utf8");
}
