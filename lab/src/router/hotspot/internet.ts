/** The simulated internet behind the router: every host answers, also the probes of phones. */
import { escapeHtml } from "../../http/page.ts";

export function internetPage(
  request: { host: string; path: string; query: URLSearchParams },
  user: string,
): { status: number; headers: Record<string, string>; body: string; extraBytes: number } {
  const html = { "Content-Type": "text/html; charset=utf-8" };
  if (request.path === "/generate_204") return { status: 204, headers: {}, body: "", extraBytes: 0 };
  if (request.path === "/hotspot-detect.html") {
    return { status: 200, headers: html, body: "<HTML><BODY>Success</BODY></HTML>", extraBytes: 0 };
  }
  const asked = Number(request.query.get("bytes") ?? 0);
  const extraBytes = Number.isSafeInteger(asked) && asked > 0 ? asked : 0;
  const site = escapeHtml(`${request.host}${request.path}`);
  const body = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>You are online</title>
<style>:root{color-scheme:light dark}body{font:17px/1.5 system-ui,sans-serif;max-width:26rem;margin:15vh auto;padding:0 1.2rem}
h1{font-size:1.7rem}a{display:inline-block;margin:.2rem .6rem .2rem 0}</style></head>
<body data-online="yes"><h1>You are online</h1>
<p>This is <strong>${site}</strong> on the simulated internet, reached as <strong>${escapeHtml(user)}</strong>.</p>
<p>Use data: <a href="?bytes=1000000">1 MB</a><a href="?bytes=50000000">50 MB</a><a href="?bytes=500000000">500 MB</a></p>
</body></html>`;
  return { status: 200, headers: html, body, extraBytes };
}
