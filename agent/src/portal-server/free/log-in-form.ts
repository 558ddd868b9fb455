/** A log-in that the phone itself posts to the hotspot, as a form that needs no script. */
import type { LogIn } from "@karibu/protocol/portal-api";
import { escapeHtml } from "../http/escape-html.ts";

/** @param afterUrl where the hotspot leads then */
export function logInForm(
  { url, username, password }: Extract<LogIn, { kind: "post" }>,
  afterUrl: string | null,
  label: string,
): string {
  const hidden = (name: string, value: string) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
  const after = afterUrl === null ? "" : hidden("dst", afterUrl);
  return `<form class="card roomy" method="post" action="${escapeHtml(url)}">${hidden("username", username)}${hidden("password", password)}${after}
<button class="act act-wide" type="submit">${escapeHtml(label)}</button></form>`;
}

/** For the policy of the page: its forms go there. What is no address of the web goes nowhere. */
export function originsOf(...urls: readonly (string | null)[]): string[] {
  const origins = urls.map((url) => (url === null ? null : URL.parse(url)));
  return origins.flatMap((url) => (url === null || !/^https?:$/.test(url.protocol) ? [] : [url.origin]));
}
