/** Checks a request's signature as S3 does. @see AWS Signature Version 4, "Create a signed request" */
import { createHash, createHmac } from "node:crypto";
import type { IncomingMessage } from "node:http";

export interface SigningKeys {
  readonly keyId: string;
  readonly keySecret: string;
  readonly region: string;
}

/** How far a request's date may be from the store's. */
const skewMsMax = 15 * 60_000;

/** Null: it is signed rightly. Else S3's code for what is wrong. */
export function judgeSignature(
  request: IncomingMessage,
  body: Buffer,
  keys: SigningKeys,
  nowMs: number,
): string | null {
  const said =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      request.headers.authorization ?? "",
    );
  if (said === null) return "AccessDenied";
  const [, keyId = "", day = "", region = "", signedHeaders = "", signature = ""] = said;
  if (keyId !== keys.keyId) return "InvalidAccessKeyId";
  if (region !== keys.region) return "AuthorizationHeaderMalformed";
  const date = String(request.headers["x-amz-date"] ?? "");
  const atMs = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
  if (!date.startsWith(day) || !(Math.abs(nowMs - atMs) < skewMsMax)) return "RequestTimeTooSkewed";
  const names = signedHeaders.split(";");
  if (!names.includes("host") || names.join() !== names.toSorted().join()) return "SignatureDoesNotMatch";
  // Each x-amz header counts: who changes one on the way must not pass.
  if (Object.keys(request.headers).some((name) => name.startsWith("x-amz-") && !names.includes(name)))
    return "AccessDenied";
  const payload = String(request.headers["x-amz-content-sha256"] ?? "");
  if (payload !== "UNSIGNED-PAYLOAD" && payload !== hex(body)) return "XAmzContentSHA256Mismatch";
  const [path = "", query = ""] = (request.url ?? "").split("?");
  const canonical = [
    request.method,
    path,
    query.split("&").toSorted().join("&"),
    ...names.map((name) => `${name}:${String(request.headers[name] ?? "").trim()}`),
    "",
    signedHeaders,
    payload,
  ].join("\n");
  const scope = `${day}/${region}/s3/aws4_request`;
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${hex(canonical)}`;
  const key = [day, region, "s3", "aws4_request"].reduce<string | Buffer>(
    (above, part) => createHmac("sha256", above).update(part).digest(),
    `AWS4${keys.keySecret}`,
  );
  const right = createHmac("sha256", key).update(toSign).digest("hex");
  return right === signature ? null : "SignatureDoesNotMatch";
}

const hex = (bytes: string | Buffer) => createHash("sha256").update(bytes).digest("hex");
