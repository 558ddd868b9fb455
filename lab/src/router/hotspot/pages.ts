/** The hotspot's html folder: the small pages that Karibu installs. `login.html` leads to the portal. */
export interface HotspotPages {
  readonly login: string;
  readonly rlogin: string;
  readonly alogin: string;
  readonly rstatus: string;
  readonly status: string;
  readonly logout: string;
  readonly error: string;
}

const head = (title: string, extra = "") => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title>${extra}
<style>body{font:16px system-ui,sans-serif;max-width:24rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}
input,button{font:inherit;display:block;width:100%;box-sizing:border-box;margin:.4rem 0;padding:.6rem}</style></head><body>`;

const redirect = (variable: string) =>
  `$(if http-status == 302)Moved$(endif)$(if http-header == "Location")$(${variable})$(endif)`;

/** `portalUrl` is the portal's address on the guest network. The form works while the portal does not answer. */
export function karibuPages(portalUrl: string): HotspotPages {
  const query =
    "mac=$(mac-esc)&ip=$(ip)&login=$(link-login-only)&dst=$(link-orig-esc)&srv=$(server-name)&err=$(error-orig)" +
    "&pap=$(plain-passwd)&chapId=$(chap-id)&chapChallenge=$(chap-challenge)";
  const target = `${portalUrl}${portalUrl.includes("?") ? "&" : "?"}${query}`.replaceAll("&", "&amp;");
  return {
    login: `${head("Welcome", `<meta http-equiv="refresh" content="0;url=${target}">`)}
<p><a href="${target}">Go to the internet shop</a></p>
<p>No page after some seconds? Type your voucher code here:</p>
$(if error)<p><strong>$(error)</strong></p>$(endif)
<form action="$(link-login-only)" method="post"><input name="username" placeholder="Voucher code" autocomplete="off">
<input type="hidden" name="password" value=""><button>Connect</button></form></body></html>`,
    rlogin: `${redirect("link-redirect")}<html><body><a href="$(link-redirect)">Log in</a></body></html>`,
    alogin: `${redirect("link-redirect")}<html><body>You are online. <a href="$(link-redirect)">Go on</a></body></html>`,
    rstatus: `${redirect("link-status")}<html><body><a href="$(link-status)">Status</a></body></html>`,
    status: `${head("Status")}<h1>You are online</h1>
<p>Online for $(uptime), sent $(bytes-in-nice), received $(bytes-out-nice).</p>
$(if session-time-left)<p>Time left: $(session-time-left)</p>$(endif)
$(if remain-bytes-total)<p>Data left: $(remain-bytes-total) bytes</p>$(endif)
<form action="$(link-logout)" method="post"><button>Log out</button></form></body></html>`,
    logout: `${head("Logged out")}<h1>You are logged out</h1><p>Online for $(uptime).</p>
<p><a href="$(link-login)">Log in again</a></p></body></html>`,
    error: `${head("Error")}<h1>$(error)</h1><p><a href="$(link-login)">Log in</a></p></body></html>`,
  };
}

/** A log-in page with CHAP id and challenge, as in RouterOS' default page. */
export const chapLogInPage = `${head("Log in")}$(if error)<p>$(error)</p>$(endif)
<script>var chap = { id: '$(chap-id)', challenge: '$(chap-challenge)' };</script>
<form action="$(link-login-only)" method="post"><input name="username"><input name="password" type="password">
<input type="hidden" name="dst" value="$(link-orig)"><button>Log in</button></form></body></html>`;
