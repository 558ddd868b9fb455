/**
 * Did a proxy hand this request on? Then it comes from anywhere, although its connection comes from this machine. Every header that proxies
 * write counts, by whatever name: nobody who asks from the machine itself sends one.
 */

const proxyHeaders = new Set([
  "forwarded",
  "via",
  "client-ip",
  "x-real-ip",
  "x-client-ip",
  "x-cluster-client-ip",
  "x-original-forwarded-for",
  "x-envoy-external-address",
  "true-client-ip",
  "cf-connecting-ip",
  "cf-ray",
  "cdn-loop",
  "fastly-client-ip",
  "fly-client-ip",
  "do-connecting-ip",
]);

/** `headers`: names in lower case, as Node has them. */
export function isForwarded(headers: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(headers).some((name) => proxyHeaders.has(name) || name.startsWith("x-forwarded"));
}

/** `Host` names this machine, as somebody on it says. A proxy that keeps the public name tells itself by it. */
export function isLocalHost(host: unknown): boolean {
  return typeof host === "string" && /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i.test(host);
}
