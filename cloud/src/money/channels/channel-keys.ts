/** What a person enters to add a channel, and which of it is secret. Secrets go into the sealed keys and never come out. */
import { z } from "zod";
import { isUsableCertificate } from "./daraja/security-credential.ts";
import type { ChannelKind, ChannelSettings } from "./tables.ts";

const keysSchema = z.object({
  passkey: z.string().optional(),
  consumerKey: z.string().optional(),
  consumerSecret: z.string().optional(),
  initiatorName: z.string().optional(),
  initiatorPassword: z.string().optional(),
  /** PEM: the channel's certificate or public key, with which the initiator's password is enciphered. */
  certificate: z.string().optional(),
  secretKey: z.string().optional(),
  webhookSecret: z.string().optional(),
  /** Names the channel in the path of its callbacks. */
  hookToken: z.string(),
});
export type ChannelKeys = z.infer<typeof keysSchema>;

export const readKeys = (text: string): ChannelKeys => keysSchema.parse(JSON.parse(text));

const secretText = z.string().trim().min(1).max(500);
const name = z.string().trim().min(1).max(100).optional();
const environment = z.enum(["sandbox", "production"]);

/** What signs calls for status, reversal and payout. All three, or none. */
export const initiatorFields = {
  initiatorName: z.string().trim().min(1).max(100).optional(),
  initiatorPassword: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[^@.()]*$/, "M-Pesa has trouble with @ . ( ) in it: choose another password")
    .optional(),
  certificate: z
    .string()
    .trim()
    .min(1)
    .max(10_000)
    .regex(/^-----BEGIN /, "a PEM file: it begins with -----BEGIN")
    .refine(isUsableCertificate, "no RSA key can be read from it: paste the whole file")
    .optional(),
};

const darajaFields = {
  name,
  environment,
  passkey: secretText,
  consumerKey: secretText,
  consumerSecret: secretText,
  ...initiatorFields,
};

const paybill = z.strictObject({
  kind: z.literal("mpesa-paybill"),
  shortcode: z.string().regex(/^\d{5,7}$/, "5 to 7 digits"),
  ...darajaFields,
});
const till = z.strictObject({
  kind: z.literal("mpesa-till"),
  /** The till's number: who is paid. */
  shortcode: z.string().regex(/^\d{5,7}$/, "5 to 7 digits"),
  /** The head office or store number: who asks. */
  storeNumber: z.string().regex(/^\d{5,7}$/, "5 to 7 digits"),
  ...darajaFields,
});
const pesapal = z.strictObject({
  kind: z.literal("pesapal"),
  name,
  environment,
  consumerKey: secretText,
  consumerSecret: secretText,
});
const stripe = z.strictObject({
  kind: z.literal("stripe"),
  name,
  environment,
  secretKey: secretText.regex(/^[rs]k_/, "begins with sk_ or rk_"),
  webhookSecret: secretText.regex(/^whsec_/, "begins with whsec_"),
});

export const newChannelSchema = z.discriminatedUnion("kind", [paybill, till, pesapal, stripe]);
export type NewChannel = z.infer<typeof newChannelSchema>;

/** With these money is asked for, and what became of it. */
export const sellingKeys = ["passkey", "consumerKey", "consumerSecret", "secretKey", "webhookSecret"] as const;
/** With these M-Pesa is asked about receipts, and money is sent back. Their state is no matter of the keys that sell. */
export const initiatorKeys = ["initiatorName", "initiatorPassword", "certificate"] as const;

/** What stands against keys from their entry until the channel's owner has spoken, also when the hub dies between the two. */
export const notCheckedYet = "The keys have not been checked yet.";

/** New values for keys of a channel that is there. */
export const changedKeysSchema = z.strictObject({
  passkey: secretText.optional(),
  consumerKey: secretText.optional(),
  consumerSecret: secretText.optional(),
  secretKey: secretText.optional(),
  webhookSecret: secretText.optional(),
  ...initiatorFields,
});

/** An initiator as a whole. The certificate is M-Pesa's, and may be the one that is there. */
export const initiatorSchema = z.strictObject({
  initiatorName: initiatorFields.initiatorName.unwrap(),
  initiatorPassword: initiatorFields.initiatorPassword.unwrap(),
  certificate: initiatorFields.certificate,
});

export function keysOfNew(channel: NewChannel): {
  row: {
    kind: ChannelKind;
    name: string;
    shortcode: string;
    storeNumber: string | null;
    environment: "sandbox" | "production";
    settings: ChannelSettings;
  };
  keys: Omit<ChannelKeys, "hookToken">;
} {
  const { kind, environment: where } = channel;
  const row = (title: string, shortcode = "", storeNumber: string | null = null, settings: ChannelSettings = {}) => ({
    kind,
    name: channel.name ?? title,
    shortcode,
    storeNumber,
    environment: where,
    settings,
  });
  if (kind === "pesapal") {
    const { consumerKey, consumerSecret } = channel;
    return { row: row("Pesapal"), keys: { consumerKey, consumerSecret } };
  }
  if (kind === "stripe") {
    const { secretKey, webhookSecret } = channel;
    return { row: row("Stripe"), keys: { secretKey, webhookSecret } };
  }
  const { passkey, consumerKey, consumerSecret, initiatorName, initiatorPassword, certificate, shortcode } = channel;
  const settings: ChannelSettings = initiatorName === undefined ? {} : { initiatorName };
  const given = {
    ...(initiatorName === undefined ? {} : { initiatorName }),
    ...(initiatorPassword === undefined ? {} : { initiatorPassword }),
    ...(certificate === undefined ? {} : { certificate }),
  };
  const store = channel.kind === "mpesa-till" ? channel.storeNumber : null;
  const title = channel.kind === "mpesa-till" ? `M-Pesa till ${shortcode}` : `M-Pesa ${shortcode}`;
  return { row: row(title, shortcode, store, settings), keys: { passkey, consumerKey, consumerSecret, ...given } };
}
