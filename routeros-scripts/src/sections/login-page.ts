import { portalUrl } from "../values/agent-endpoint.ts";
import type { ScriptValues } from "../values/script-values.ts";

/** Variables of RouterOS. Those with `-esc` are escaped for URLs. */
const query =
  "mac=$(mac-esc)&ip=$(ip)&login=$(link-login-only)&dst=$(link-orig-esc)&srv=$(server-name)&err=$(error-orig)" +
  "&pap=$(plain-passwd)&chapId=$(chap-id)&chapChallenge=$(chap-challenge)";

/**
 * The router's log-in page. It opens the portal if the agent answers. If not, it shows a form for a voucher code, which the second
 * RADIUS server may accept. One file below 2 KB, without pictures; without JavaScript it shows a link. If the guest wanted to open the
 * portal itself (the walled garden is wrong), the page shows the form, because a redirect would never end.
 */
export function loginPage(values: ScriptValues): string {
  const portal = portalUrl(values);
  const target = `${portal}/?${query}`.replaceAll("&", "&amp;");
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Karibu</title>
<noscript><meta http-equiv="refresh" content="0;url=${target}"></noscript>
<style>body{font:18px system-ui,sans-serif;max-width:22rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
input,button{font:inherit;display:block;width:100%;box-sizing:border-box;margin:.5rem 0;padding:.7rem}</style></head>
<body><h1>Karibu</h1>
<p><a id="shop" href="${target}">Open the shop / Fungua duka</a></p>
<div id="off"><p>The shop does not answer. If you have a voucher, type its code:<br>
Duka halijibu. Kama una vocha, andika namba yake:</p>
$(if error)<p><b>$(error)</b></p>$(endif)
<form action="$(link-login-only)" method="post">
<input name="username" aria-label="Voucher code" autocomplete="off" autocapitalize="off" required>
<input type="hidden" name="password"><input type="hidden" name="dst" value="http://${values.guests.portalName}/">
<button>Connect / Unganisha</button></form></div>
<script>
var off=document.getElementById("off");off.hidden=true;
if("$(link-orig-esc)".indexOf("${values.agent.agentAddress}")<0){var wait=setTimeout(function(){off.hidden=false},4000);
fetch("${portal}/health",{mode:"no-cors",cache:"no-store"}).then(function(){clearTimeout(wait);
location.replace(document.getElementById("shop").href)},function(){off.hidden=false})}else off.hidden=false
</script></body></html>
`;
}
