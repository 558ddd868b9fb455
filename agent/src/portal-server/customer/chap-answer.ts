/**
 * The password that the page posts to the hotspot. A hotspot that takes no plain password (`login-by=http-chap`) asks for the answer to
 * the challenge of its log-in page; that page hands both on in its redirect, as it prints them: octal numbers behind backslashes.
 * @see RFC 1994 §4.1, RouterOS manual, Hotspot customisation
 */
import { createHash } from "node:crypto";
import type { DeviceHint } from "@karibu/protocol/portal-api";

/** `password` itself where the hotspot takes it in clear, or named no challenge. */
export function formPassword(password: string, { pap, chapId, chapChallenge }: DeviceHint): string {
  const id = octets(chapId);
  const challenge = octets(chapChallenge);
  if (pap === "yes" || id.length !== 1 || challenge.length === 0) return password;
  return createHash("md5").update(id).update(password, "utf8").update(challenge).digest("hex");
}

/** `\\371a` is two octets. */
function octets(text = ""): Buffer {
  const written = text.replaceAll(/\\([0-3]?[0-7]{1,2})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
  return Buffer.from(written, "latin1");
}
