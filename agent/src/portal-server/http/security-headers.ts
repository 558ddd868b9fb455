/** Headers that every answer carries: few, because a phone waits for their bytes too. The page is plain http on the guests' network, so nothing here may demand https. */
const common = { "x-content-type-options": "nosniff" } as const;
/** Of a page's scripts, styles and pictures: the page's own policy rules them. */
export const headersOfParts = common;
/** Only for what a browser shows as a page. */
export const headersOfPages = {
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
} as const;

export function securityHeaders(page: { inlineHashes: readonly string[]; postOrigins: readonly string[] } | null) {
  if (page === null) return { ...common, "content-security-policy": "default-src 'none'; frame-ancestors 'none'" };
  const inline = page.inlineHashes.join(" ");
  return {
    ...common,
    ...headersOfPages,
    "content-security-policy": [
      "default-src 'none'",
      `script-src 'self' ${inline}`.trim(),
      `style-src 'self' ${inline}`.trim(),
      "img-src 'self' data:",
      `connect-src ${["'self'", ...page.postOrigins].join(" ")}`,
      "form-action 'none'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join("; "),
  };
}
