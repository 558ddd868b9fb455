/** What a person enters to add a paybill or a till. */
import { z } from "zod";
import { ownRule } from "../../../ground/http/own-rules.ts";
import { type KeyField, secretText } from "../key-fields.ts";
import { isUsableCertificate } from "./security-credential.ts";

const digits = z.string().regex(/^\d{5,7}$/, ownRule("short-code-digits", "5 to 7 digits"));
const number = (name: string, label: string): KeyField => ({
  name,
  label,
  schema: digits,
  use: "identity",
  shownBy: "request",
  input: "text",
});
const secret = (name: string, shownBy: KeyField["shownBy"]): KeyField => ({
  name,
  label: name,
  schema: secretText,
  use: "selling",
  shownBy,
  input: "password",
});

/** What signs status queries, reversals and payouts. A channel has all three, or none. */
const initiatorFields: readonly KeyField[] = [
  {
    name: "initiatorName",
    label: "initiatorName",
    hint: "initiatorHint",
    schema: z.string().trim().min(1).max(100).optional(),
    use: "asking",
    shownBy: "result",
    input: "text",
  },
  {
    name: "initiatorPassword",
    label: "initiatorPassword",
    schema: z
      .string()
      .min(1)
      .max(100)
      .regex(/^[^@.()]*$/, ownRule("m-pesa-signs", "M-Pesa has trouble with @ . ( ) in it: choose another password"))
      .optional(),
    use: "asking",
    shownBy: "result",
    input: "password",
    expires: true,
  },
  {
    name: "certificate",
    label: "certificate",
    // PEM: M-Pesa's certificate or public key, with which the initiator's password is encrypted.
    schema: z
      .string()
      .trim()
      .min(1)
      .max(10_000)
      .regex(/^-----BEGIN /, ownRule("pem-file", "a PEM file: it begins with -----BEGIN"))
      .refine(isUsableCertificate, ownRule("rsa-key", "no RSA key can be read from it: paste the whole file"))
      .optional(),
    use: "asking",
    shownBy: "result",
    input: "textarea",
    staysOnReplace: true,
  },
];

const keys = [
  // Log-in asks for an access token alone: the passkey signs requests.
  secret("passkey", "request"),
  secret("consumerKey", "check"),
  secret("consumerSecret", "check"),
  ...initiatorFields,
];

export const paybillFields: readonly KeyField[] = [number("shortcode", "paybillNumber"), ...keys];
export const tillFields: readonly KeyField[] = [
  number("shortcode", "tillNumber"),
  // The head office or store number: it signs for the till.
  number("storeNumber", "storeNumber"),
  ...keys,
];
