/**
 * The page to which a channel's payment page sends the customer back. It is at the hub, for channels want an address that the
 * whole world can reach. A link leads from it to the Wi-Fi page. It says nothing about the money: only the channel can.
 */

const privateAddress =
  /^(10\.\d{1,3}\.\d{1,3}\.\d{1,3}|192\.168\.\d{1,3}\.\d{1,3}|172\.(1[6-9]|2\d|3[01])\.\d{1,3}\.\d{1,3}|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.\d{1,3}\.\d{1,3}|127\.\d{1,3}\.\d{1,3}\.\d{1,3})$/;
const privateName = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.(lan|home\.arpa|internal|local|test|wifi)$/;

/**
 * The Wi-Fi page as a link may name it: http, an address or a name of a private network, nothing but its root. Null for
 * anything else: a link of ours must not lead to a stranger's site.
 */
export function wifiPageOf(url: unknown): string | null {
  if (typeof url !== "string" || url.length > 300 || !URL.canParse(url)) return null;
  const { protocol, hostname, port, username } = new URL(url);
  if (protocol !== "http:" || username !== "") return null;
  if (!privateAddress.test(hostname) && !privateName.test(hostname)) return null;
  return `http://${hostname}${port === "" ? "" : `:${port}`}/`;
}

/** The return address to give to a channel. */
export function returnPageUrl(publicUrl: string, returnUrl: string | undefined): string {
  const page = wifiPageOf(returnUrl);
  return `${publicUrl}/hooks/back${page === null ? "" : `?to=${encodeURIComponent(page)}`}`;
}

export function returnPage(to: unknown): string {
  const page = wifiPageOf(to); // it holds no character that HTML would read
  if (page === null)
    return shell(`<p>Thank you. Go back to the page where you began: it shows how your payment stands.</p>
<p lang="sw">Asante. Rudi kwenye ukurasa ulipoanzia: unaonyesha hali ya malipo yako.</p>`);
  return shell(`<p>Thank you. Go back to the Wi-Fi page: it shows how your payment stands.</p>
<p lang="sw">Asante. Rudi kwenye ukurasa wa Wi-Fi: unaonyesha hali ya malipo yako.</p>
<p><a href="${page}">Wi-Fi</a></p>`);
}

function shell(body: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Thank you</title>
${body}</html>`;
}
