/** The initiator's password, encrypted for M-Pesa with the key of its certificate. */
import { constants, publicEncrypt, X509Certificate } from "node:crypto";
import { Fault } from "@karibu/protocol/fault";

/**
 * RSA, PKCS #1 v1.5, base64. Only the certificate's key counts: the certificate may have expired.
 * Throws Fault "daraja/keys" when no RSA key can be read from it.
 */
export function securityCredential(password: string, pem: string): string {
  try {
    const key = pem.includes("BEGIN CERTIFICATE") ? new X509Certificate(pem).publicKey : pem;
    return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(password)).toString("base64");
  } catch (error) {
    throw new Fault(
      "daraja/keys",
      "M-Pesa's certificate can't be read",
      {
        retry: "never",
        hint: "Download it again from the Daraja portal, for the same environment, and paste all of it.",
      },
      error,
    );
  }
}

/** Can a password be encrypted with it? Checked when it is entered, before anything depends on it. */
export function isUsableCertificate(pem: string): boolean {
  try {
    securityCredential("x", pem);
    return true;
  } catch {
    return false;
  }
}
