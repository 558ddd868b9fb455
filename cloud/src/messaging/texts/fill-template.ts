/**
 * Templates of texts: `{plan}` is replaced by its value; `[ Receipt {receipt}.]` is left out where one of its values is missing. Sections in
 * brackets also make room, the last one first, where the text would need a second SMS and fits into one without them. Pure.
 */
import { smsLength } from "./sms-parts.ts";

/** Empty or null: there is none. */
export type Values = Readonly<Record<string, string | null>>;

interface Piece {
  readonly text: string;
  readonly isOptional: boolean;
}

const variable = /\{([^{}]*)\}/g;

/** What is wrong with it, naming the first trouble; null: nothing. */
export type TemplateTrouble =
  | { readonly kind: "unknown-variable"; readonly name: string }
  | { readonly kind: "brackets" };

export function checkTemplate(template: string, known: readonly string[]): TemplateTrouble | null {
  for (const [, name = ""] of template.matchAll(variable))
    if (!known.includes(name)) return { kind: "unknown-variable", name };
  const rest = template.replaceAll(variable, "");
  if (/[{}]/.test(rest) || !/^([^[\]]*\[[^[\]]*\])*[^[\]]*$/.test(rest)) return { kind: "brackets" };
  return null;
}

/** Values go in as they are: a bracket in a name opens no section. */
export function fillTemplate(template: string, values: Values): string {
  return joinAll(piecesOf(template), values);
}

/**
 * As `fillTemplate`, in as few SMS as it can. @param candidates values in the order of preference: the same text with a shorter name may fit
 * where a longer one does not. At least one.
 */
export function fillForSms(template: string, candidates: readonly Values[]): string {
  const whole = piecesOf(template);
  const filled = candidates.map((values) => whole.filter((piece) => isWanted(piece, values)));
  const most = Math.max(...filled.map((pieces) => pieces.filter(({ isOptional }) => isOptional).length));
  for (let left = most; left >= 0; left--)
    for (const [index, pieces] of filled.entries()) {
      const text = joinAll(keepFirst(pieces, left), candidates[index] as Values);
      if (smsLength(text).parts === 1) return text;
    }
  return joinAll(whole, candidates[0] as Values);
}

function piecesOf(template: string): Piece[] {
  return template
    .split(/(\[[^[\]]*\])/)
    .filter((text) => text !== "")
    .map((text) => {
      const isOptional = text.startsWith("[") && text.endsWith("]");
      return { text: isOptional ? text.slice(1, -1) : text, isOptional };
    });
}

const isWanted = ({ text, isOptional }: Piece, values: Values): boolean =>
  !isOptional || [...text.matchAll(variable)].every(([, name = ""]) => (values[name] ?? "") !== "");

/** All that must stand, and so many sections. */
function keepFirst(pieces: readonly Piece[], sections: number): Piece[] {
  let left = sections;
  return pieces.filter(({ isOptional }) => !isOptional || left-- > 0);
}

function joinAll(pieces: readonly Piece[], values: Values): string {
  return pieces
    .filter((piece) => isWanted(piece, values))
    .map(({ text }) => text.replaceAll(variable, (_, name: string) => values[name] ?? ""))
    .join("")
    .trim();
}
