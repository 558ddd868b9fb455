/** Reads a letter as it came by SMTP: subject and text, decoded (RFC 2045 §6, RFC 2047 §4). One part, as the hub writes it. */

export interface Letter {
  readonly subject: string;
  readonly text: string;
}

export function readLetter(raw: string): Letter {
  const end = raw.indexOf("\r\n\r\n");
  const head = (end < 0 ? raw : raw.slice(0, end)).replaceAll(/\r\n[ \t]+/g, " ");
  const body = end < 0 ? "" : raw.slice(end + 4);
  const field = (name: string) => new RegExp(`^${name}: *(.*)$`, "im").exec(head)?.[1]?.trim() ?? "";
  return {
    subject: decodeWords(field("subject")),
    text: decodeBody(body, field("content-transfer-encoding").toLowerCase()).replaceAll("\r\n", "\n"),
  };
}

function decodeBody(body: string, encoding: string): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString();
  if (encoding === "quoted-printable") return decodeQuoted(body.replaceAll(/=[ \t]*\r\n/g, ""));
  return body;
}

function decodeWords(text: string): string {
  // The space between two encoded words is not part of the text.
  const joined = text.replaceAll(/(\?=)\s+(?==\?)/g, "$1");
  return joined.replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_whole, kind: string, words: string) =>
    kind.toLowerCase() === "b" ? Buffer.from(words, "base64").toString() : decodeQuoted(words.replaceAll("_", " ")),
  );
}

function decodeQuoted(text: string): string {
  const octets = text.replaceAll(/=([0-9a-f]{2})/gi, (_whole, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(octets, "latin1").toString();
}
