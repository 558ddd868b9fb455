/** The control page: clients, RADIUS packets and knobs. It reads the state once a second. */
import { readFileSync } from "node:fs";
import { page } from "../../http/page.ts";

const script = readFileSync(new URL("./panel-page-script.js", import.meta.url), "utf8");

const style = `
main{max-width:72rem}
.bar{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:1rem 0}
.bar .push{flex:1}
.lamp{display:inline-block;width:.75em;height:.75em;border-radius:50%;background:var(--red);margin-right:.45em;vertical-align:baseline}
.lamp.on{background:var(--green);box-shadow:0 0 .6em var(--green)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.75rem}
.figures .card b{display:block;font-size:1.35rem;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}
.use{height:.4rem;border-radius:1rem;background:var(--line);overflow:hidden;min-width:6rem;margin-top:.3rem}
.use i{display:block;height:100%;background:var(--green);transition:width 1s linear}
button.small{padding:.3rem .65rem;font-size:.85rem;margin:.1rem}
select{font:inherit;padding:.5rem;border-radius:10px;border:1px solid var(--line);background:var(--card);color:inherit}
label{display:inline-flex;gap:.4rem;align-items:center;color:var(--soft);font-size:.9rem}
details summary{cursor:pointer;color:var(--soft)}
.packet{display:grid;grid-template-columns:5.5rem 1.2rem 11rem 1fr;gap:.5rem;padding:.35rem 0;border-top:1px solid var(--line);font-size:.86rem}
.packet code{overflow-wrap:anywhere;color:var(--soft)}
.packet .code{font-weight:600}.packet.bad .code{color:var(--red)}
@media(max-width:40rem){.packet{grid-template-columns:5rem 1rem 1fr}.packet code{grid-column:1/-1}}
`;

export function simulatorPage(identity: string): string {
  return page(
    `${identity}: simulated router`,
    `<style>${style}</style><main>
<h1>Simulated MikroTik router</h1>
<p class="soft">Hotspot, RADIUS client and API of <strong id="identity"></strong>. Log-in pages at <a id="hotspot"></a></p>
<div class="bar">
  <strong><span class="lamp" id="lamp"></span><span id="power"></span></strong><span class="soft digits" id="clock"></span>
  <span class="push"></span>
  <button data-order="power-cut">Cut the power</button>
  <button data-order="boot">Switch on</button>
  <button class="quiet" data-order="reboot">Reboot</button>
</div>
<div class="bar">
  <label>WAN <select data-knob="wan"><option>up</option><option>down</option></select></label>
  <label>Disconnect and CoA <select data-knob="incoming"><option>on</option><option>off</option><option>ack-but-stays</option></select></label>
  <label><input type="checkbox" data-knob="ignoresLimits"> ignores limits</label>
  <label><input type="checkbox" data-knob="apiSilent"> API silent</label>
  <label><input type="checkbox" data-knob="apiRefuses"> API refuses</label>
</div>
<section class="figures" id="figures"></section>
<h2>Clients</h2>
<div class="card scroll"><table><thead><tr><th>Client</th><th>Session</th><th>Used</th><th>Ends</th><th></th></tr></thead>
<tbody id="clients"></tbody></table></div>
<h2>RADIUS, newest first</h2>
<div class="card" id="packets"></div>
</main><script type="module">${script}</script>`,
  );
}
