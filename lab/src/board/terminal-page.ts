/** The terminal of a router out of its box: a field for the line, and what the router prints. It asks each second. */
import { escapeHtml, page } from "../http/page.ts";

const style = `
main{max-width:52rem}
textarea{width:100%;min-height:7rem;font:.85rem/1.4 ui-monospace,monospace;padding:.75rem;border-radius:12px;border:1px solid var(--line);background:var(--card);color:inherit}
pre{background:#101512;color:#d6f5df;border-radius:14px;padding:1rem;min-height:12rem;white-space:pre-wrap;overflow-wrap:anywhere;font:.85rem/1.5 ui-monospace,monospace}
form{display:grid;gap:.75rem;justify-items:start;margin:1rem 0}
`;

const words = {
  waits: "It is out of its box and connected to the internet. It waits for the line.",
  works: "It is running the line. Answer in the console what it asks.",
  serves: "It is set up, and serves guests.",
};

export const terminalPage = (identity: string): string =>
  page(
    "A new router: terminal",
    `<style>${style}</style><main>
<h1>A new MikroTik router</h1>
<p class="soft">“${escapeHtml(identity)}”, a simulated hAP ax³. In the console: Sites, Add a site, then copy the line and paste it here.</p>
<p><strong id="stage" aria-live="polite"></strong> <a id="router" href="/" hidden>The router's page</a> <a id="hotspot" hidden>Its hotspot, as a customer sees it</a></p>
<form id="form">
  <textarea id="line" name="line" aria-label="The line" spellcheck="false" placeholder="Paste the line here" required></textarea>
  <button type="submit">Run it</button>
</form>
<p id="problem" role="alert"></p>
<p id="by-hand" hidden><button type="button" class="quiet">Change something by hand</button> <span class="soft">It switches off what guests reach without paying. The router's page in the console, Health, finds it and repairs it.</span></p>
<pre id="screen" aria-label="What the router prints"></pre>
</main>
<script type="module">
const words = ${JSON.stringify(words)};
const at = (id) => document.getElementById(id);
const screen = at("screen");
let typed = "";
async function look() {
  let said;
  try { said = await (await fetch("/api/board")).json(); } catch { return; }
  at("stage").textContent = words[said.stage];
  at("form").querySelector("button").disabled = said.stage === "works";
  at("router").hidden = said.stage !== "serves";
  at("by-hand").hidden = said.stage !== "serves";
  at("hotspot").hidden = said.hotspotUrl === null;
  if (said.hotspotUrl !== null) at("hotspot").href = said.hotspotUrl;
  const text = typed + said.printed.join("\\n");
  if (screen.textContent !== text) screen.textContent = text;
}
at("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const line = at("line").value;
  const answer = await fetch("/api/board/terminal", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ line }) });
  at("problem").textContent = answer.ok ? "" : (await answer.json()).title;
  if (answer.ok) typed = "> " + line.slice(0, 60) + "…\\n";
  await look();
});
at("by-hand").querySelector("button").addEventListener("click", () => fetch("/api/board/by-hand", { method: "POST" }));
look();
setInterval(look, 1000);
</script>`,
  );
