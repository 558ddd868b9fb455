/** What the forms of pages without scripts have in common. */
import { isSameSecret, sha256Hex } from "@karibu/protocol/hash";
import { type DeviceHint, deviceHintNames } from "@karibu/protocol/portal-api";
import { escapeHtml } from "../http/escape-html.ts";

/** Whoever asks: their cookie. */
interface Asker {
  readonly device: { readonly token: string };
}

export interface Notice {
  readonly text: string;
  readonly isGood: boolean;
  /** Large, to be read out or typed elsewhere. */
  readonly code?: string;
  /** More of it. HTML. */
  readonly more?: string;
}

export const good = (text: string): Notice => ({ text, isGood: true });
export const bad = (text: string): Notice => ({ text, isGood: false });

/** Empty without a notice. */
export function noticeHtml(notice: Notice | null): string {
  if (notice === null) return "";
  const { text, isGood, code, more = "" } = notice;
  const shown = code === undefined ? "" : `<p class="code-given">${escapeHtml(code)}</p>`;
  return `<div class="banner ${isGood ? "banner-good" : "banner-bad"}" role="${isGood ? "status" : "alert"}"><div><p>${escapeHtml(text)}</p>${shown}${more}</div></div>`;
}

/** What a form of another site can't know: made from the phone's own cookie. `purpose`: no page's proof opens another's. */
export const formProof = (purpose: string, { device }: Asker): string =>
  sha256Hex(`${purpose} ${device.token}`).slice(0, 32);

export const isProved = (purpose: string, visit: Asker, fields: URLSearchParams): boolean =>
  isSameSecret(formProof(purpose, visit), fields.get("proof") ?? "");

export const hiddenField = (name: string, value: string): string =>
  `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;

/** What the hotspot said of this phone, as fields of a form. */
export const hintFields = (hint: DeviceHint): string =>
  deviceHintNames.map((name) => (hint[name] === undefined ? "" : hiddenField(name, hint[name]))).join("");

/** A page of the agent with what the hotspot said of this phone. Not escaped. */
export function withHint(path: string, hint: DeviceHint, more: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams({ ...(hint as Record<string, string>), ...more }).toString();
  return query === "" ? path : `${path}?${query}`;
}
