/**
 * What a browser calls itself, as people call it: `Chrome, Android`. It helps a person to know their own log-ins again, and proves nothing: anybody
 * sends any text here. So nothing of that text is kept, only names of ours. Pure.
 */
import { cutText } from "@karibu/protocol/whole-text";

/** The first that fits: most browsers name others too, to be let in. */
const browsers: readonly (readonly [sign: RegExp, name: string])[] = [
  [/\bEdgA?\/|\bEdgiOS\//, "Edge"],
  [/\bOPR\/|\bOPT\//, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bChrome\/|\bCriOS\/|\bHeadlessChrome\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const machines: readonly (readonly [sign: RegExp, name: string])[] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMacintosh\b/, "Mac"],
  [/\bLinux\b/, "Linux"],
];
/** A header may be as long as all headers together. */
const readMax = 400;

/** Null: no browser that we know. @param userAgent the header of this name */
export function browserName(userAgent: string | undefined): string | null {
  const text = cutText(userAgent ?? "", readMax);
  const nameIn = (list: typeof browsers) => list.find(([sign]) => sign.test(text))?.[1] ?? null;
  const browser = nameIn(browsers);
  if (browser === null) return null;
  const machine = nameIn(machines);
  return machine === null ? browser : `${browser}, ${machine}`;
}
