/** Headers that every answer carries: few, because a phone waits for their bytes too. The page is plain http on the guests' network, so nothing here may demand https. */
const common = { "x-content-type-options": "nosniff" } as const;
/** Of a page's scripts, styles and pictures: the page's own policy rules them. */
export const headersOfParts = common;
/** Only for what a browser shows as a page. No permissions policy: over plain http no browser gives a page a camera, a microphone, a place or payments. */
export const headersOfPages = {
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
} as const;

export function securityHeaders(page: { styleHashes: readonly string[]; postOrigins: readonly string[] } | null) {
  if (page === null) return { ...common, "content-security-policy": "default-src 'none'; frame-ancestors 'none'" };
  return {
    ...common,
    ...headersOfPages,
    "content-security-policy": [
      "default-src 'none'",
      "script-src 'self'",
      ["style-src 'self'", ...page.styleHashes].join(" "),
      "img-src 'self' data:",
      `connect-src ${["'self'", ...page.postOrigins].join(" ")}`,
      "form-action 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
  };
}
