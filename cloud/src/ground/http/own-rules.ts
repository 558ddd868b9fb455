/**
 * A rule of our own about a field: its English sentence with a name in front, `{pin-digits} A PIN is 4 to 12 digits.` A schema gives it as its
 * message; an answer parts the two, and a console has a sentence for each name in every language. Pure.
 */

/** @param value what the rule is about, where its sentence needs it: how the text must begin, for example */
export const ownRule = (name: string, sentence: string, value?: string): string =>
  value === undefined ? `{${name}} ${sentence}` : `{${name}=${value}} ${sentence}`;

export interface OwnRule {
  /** Null: the message is none of ours. */
  readonly rule: string | null;
  readonly value: string | null;
  readonly sentence: string;
}

export function readOwnRule(message: string): OwnRule {
  const [, rule = null, value = null, sentence = message] = /^\{([a-z-]+)(?:=([^}]*))?\} (.*)$/s.exec(message) ?? [];
  return { rule, value, sentence };
}
