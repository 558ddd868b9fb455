/** RouterOS' texts as numbers and booleans. What is not of the form is null: a router may say anything. Pure. */

/** `true` and `yes` are true; a missing column is false, as RouterOS leaves flags out that are not set. */
export function readFlag(text: string | undefined): boolean {
  return text === "true" || text === "yes";
}

/** A whole number: `1500`, `12%`, `-61`, `-61dBm@6Mbps`. */
export function readNumber(text: string | undefined): number | null {
  const found = /^-?\d{1,15}(?=$|%|dBm| )/.exec(text?.trim() ?? "");
  return found === null ? null : Number(found[0]);
}

/** One of a pair, as in `bytes` of a registration table: `1234,5678`. */
export function readOfPair(text: string | undefined, place: 0 | 1): number | null {
  return readNumber(text?.split(/[,/]/)[place]);
}

const secondsOf = { w: 604_800, d: 86_400, h: 3600, m: 60, s: 1 } as const;

/** Seconds of `1w2d3h4m5s`, `3d04:05:06`, `00:10:00`, `500ms`; null of `none` and `never`. */
export function readDuration(text: string | undefined): number | null {
  const found = /^(?:(\d{1,6})w)?(?:(\d{1,6})d)?(?:(\d{1,9}):(\d\d):(\d\d)(?:\.\d+)?)?(.*)$/.exec(text?.trim() ?? "");
  if (found === null || found[0] === "") return null;
  const [, weeks = "0", days = "0", hours = "0", minutes = "0", seconds = "0", rest = ""] = found;
  let sum =
    Number(weeks) * secondsOf.w +
    Number(days) * secondsOf.d +
    Number(hours) * 3600 +
    Number(minutes) * 60 +
    Number(seconds);
  if (!/^(?:\d{1,9}(?:ms|us|h|m|s)|\d+\.\d+s)*$/.test(rest)) return null;
  for (const [, count = "", unit = ""] of rest.matchAll(/(\d+(?:\.\d+)?)(ms|us|h|m|s)/g))
    if (unit in secondsOf) sum += Math.floor(Number(count)) * secondsOf[unit as keyof typeof secondsOf];
  return Number.isSafeInteger(sum) ? sum : null;
}
