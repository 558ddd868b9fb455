/** The keys of a channel: the fields that a person enters, and the schemas that check them. Secrets go in and never come out. */
import { z } from "zod";

export const keyProofs = ["check", "request", "notice", "result"] as const;
export type KeyProof = (typeof keyProofs)[number];

/** One field of the form that adds a channel. */
export interface KeyField {
  /** `shortcode` and `storeNumber` become columns of the row; all others are sealed keys. */
  readonly name: string;
  /** What a new channel needs. Optional where the field may be left out. */
  readonly schema: z.ZodType<string | undefined>;
  /** What a later change of the key needs, where that is less. */
  readonly changeSchema?: z.ZodType<string>;
  /**
   * `identity`: says which account it is, and never changes. `selling`: asks for money, and what became of it. `asking`: signs
   * asynchronous calls; its state says nothing about selling.
   */
  readonly use: "identity" | "selling" | "asking";
  /**
   * What shows that it is right. `check`: the owner is asked (`PaymentChannel.checkKeys`). `request`: a request for money that the channel takes.
   * `notice`: a message of the channel. `result`: the result of an asynchronous call.
   */
  readonly shownBy: KeyProof;
  readonly input: "text" | "password" | "textarea";
  /** The key of the console's word for it, and of a hint below it. */
  readonly label: string;
  readonly hint?: string;
  /** The channel's owner lets it expire: the hub notes when it was set. */
  readonly expires?: true;
  /** It may be left out when the initiator is replaced: the one that is there stays. */
  readonly staysOnReplace?: true;
}

/** The values of a channel's fields, by their names. */
export type EnteredKeys = Readonly<Record<string, string | undefined>>;
/**
 * The sealed keys. `hookToken` names the channel in the path of its callbacks; `noticeToken` in that of confirmations of
 * money.
 */
export type ChannelKeys = EnteredKeys & { readonly hookToken: string; readonly noticeToken: string };

export type NewChannel = EnteredKeys & {
  readonly kind: string;
  readonly environment: "sandbox" | "production";
};

export const secretText = z.string().trim().min(1).max(500);

const keysSchema = z.record(z.string(), z.string());

/** Reads our own text, when the keys are opened. */
export const readKeys = (text: string): ChannelKeys => keysSchema.parse(JSON.parse(text)) as ChannelKeys;

/** What the keys have against them from their entry until the channel's owner has checked them, also when the hub stops in between. */
export const notCheckedYet = "The keys have not been checked yet.";

interface KindWithFields {
  readonly kind: string;
  readonly fields: readonly KeyField[];
}

/** The body that adds a channel. */
export function newChannelSchema(kinds: readonly KindWithFields[]): z.ZodType<NewChannel> {
  const objects = kinds.map(({ kind, fields }) =>
    z.strictObject({
      kind: z.literal(kind),
      ...shapeOf(fields.filter(({ use }) => use === "identity")),
      name: z.string().trim().min(1).max(100).optional(),
      environment: z.enum(["sandbox", "production"]),
      ...shapeOf(fields.filter(({ use }) => use !== "identity")),
    }),
  );
  return z.discriminatedUnion("kind", objects as never) as unknown as z.ZodType<NewChannel>;
}

/** The body that changes keys of a channel: what is left out stays. */
export function changedKeysSchema(kinds: readonly KindWithFields[]): z.ZodType<EnteredKeys> {
  const fields = kinds.flatMap((kind) => kind.fields).filter(({ use }) => use !== "identity");
  const shape = fields.map(({ name, schema, changeSchema }) => [name, (changeSchema ?? schema).optional()] as const);
  return z.strictObject(Object.fromEntries(shape)) as z.ZodType<EnteredKeys>;
}

/** The body that replaces an initiator as a whole. */
export function initiatorSchema(kinds: readonly KindWithFields[]): z.ZodType<EnteredKeys> {
  const fields = kinds.flatMap((kind) => kind.fields).filter(({ use }) => use === "asking");
  const shape = fields.map(({ name, schema, staysOnReplace }) => [
    name,
    staysOnReplace || !(schema instanceof z.ZodOptional) ? schema : (schema.unwrap() as z.ZodType<string>),
  ]);
  return z.strictObject(Object.fromEntries(shape)) as z.ZodType<EnteredKeys>;
}

function shapeOf(fields: readonly KeyField[]): Record<string, z.ZodType<string | undefined>> {
  return Object.fromEntries(fields.map(({ name, schema }) => [name, schema]));
}
