/** Whether a request comes from a page of this very hub. Pure. */

/** By its public name, also where a proxy hands on another host; or by the name in the request itself (a sub-domain). */
export function isOwnOrigin(origin: string, requestHost: string, publicUrl: string): boolean {
  if (!URL.canParse(origin)) return false;
  const [sender, hub] = [new URL(origin), new URL(publicUrl)];
  return sender.protocol === hub.protocol && [requestHost, hub.host].includes(sender.host);
}
