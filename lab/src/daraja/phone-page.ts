/** The page of a phone: shows the PIN prompt and lets a person pay, cancel or ignore it. It polls for changes. */

import { escapeHtml, page } from "../http/page.ts";
import type { Success } from "./daraja-types.ts";
import { sampleApp } from "./sample-app.ts";
import { type Script, scriptedPhones } from "./scripted-phones.ts";
import { wrongPin } from "./simulated-daraja.ts";

export function phonePage(msisdn: string, script: Script | null): string {
  const note =
    script === null
      ? `Any four digits are the right PIN; ${wrongPin} is a wrong one.`
      : `This number acts by itself: it ${script.does}.`;
  return page(
    `Phone ${msisdn}`,
    `<main>
<div class="phone" data-msisdn="${escapeHtml(msisdn)}">
  <header><span class="digits">+${escapeHtml(msisdn)}</span></header>
  <section id="screen" aria-live="polite"><p class="idle">Waiting for a prompt…</p></section>
  <footer><p>${escapeHtml(note)}</p><p><a href="/">All phones</a></p></footer>
</div>
</main>
<script>
const base = location.pathname.replace(/\\/$/, "");
const screen_ = document.getElementById("screen");
let shown = "";
const node = (name, text, className) => {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};
const act = async (kind, pin) => {
  await fetch(base + "/" + kind, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ pin }) });
  await look();
};
function promptForm(prompt) {
  const form = node("form", undefined, "prompt");
  form.append(node("p", "Pay to " + prompt.business, "soft"));
  form.append(node("p", "KES " + prompt.amount.toLocaleString("en-KE"), "amount"));
  form.append(node("p", "Account " + prompt.accountReference));
  const pin = node("input");
  Object.assign(pin, { name: "pin", type: "password", inputMode: "numeric", autocomplete: "off", maxLength: 4, required: true, pattern: "[0-9]{4}", placeholder: "PIN" });
  pin.setAttribute("aria-label", "M-Pesa PIN");
  form.append(pin);
  const button = (value, text, className) => Object.assign(node("button", text, className), { type: "submit", value, formNoValidate: value !== "pay" });
  form.append(button("pay", "Pay"));
  const row = node("div", undefined, "row");
  row.append(button("cancel", "Cancel", "quiet"), button("ignore", "Ignore", "quiet"));
  form.append(row);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    act(event.submitter ? event.submitter.value : "pay", pin.value);
  });
  return form;
}
async function look() {
  let state;
  try { state = await (await fetch(base + "/state")).json(); } catch { return; }
  const key = JSON.stringify(state);
  if (key === shown) return;
  shown = key;
  const parts = state.messages.map((message) => node("p", message.text, message.good ? "message" : "message bad"));
  if (state.prompt && !state.prompt.ignored) parts.push(promptForm(state.prompt));
  else if (state.prompt) parts.push(node("p", "You ignored the prompt. It ends by itself.", "idle"));
  else parts.push(node("p", "Waiting for a prompt…", "idle"));
  screen_.replaceChildren(...parts);
  const pin = screen_.querySelector("input");
  if (pin) pin.focus();
}
look();
setInterval(look, 600);
</script>`,
  );
}

export function homePage(phones: readonly string[], successes: readonly Success[]): string {
  const scripts = scriptedPhones.map(
    (each) =>
      `<tr><td class="digits"><a href="/phone/${each.msisdn}">0${each.msisdn.slice(3)}</a></td><td>${escapeHtml(each.does)}</td></tr>`,
  );
  const used = phones.map((each) => `<tr><td class="digits"><a href="/phone/${each}">0${each.slice(3)}</a></td></tr>`);
  const { shortcode, passkey, consumerKey, consumerSecret } = sampleApp;
  const keys = Object.entries({
    "Paybill number": shortcode,
    Passkey: passkey,
    "Consumer key": consumerKey,
    "Consumer secret": consumerSecret,
  }).map(([name, value]) => `<tr><td>${name}</td><td class="key"><code>${escapeHtml(value)}</code></td></tr>`);
  const paid = successes.map(
    (each) =>
      `<tr><td class="digits">${each.receipt}</td><td>KES ${each.amount.toLocaleString("en-KE")}</td><td class="digits">0${each.msisdn.slice(3)}</td><td class="digits">${escapeHtml(each.accountReference)}</td></tr>`,
  );
  return page(
    "Simulated M-Pesa",
    `<main>
<h1>Simulated M-Pesa</h1>
<p class="soft">Stands in for Safaricom's Daraja. No money moves.</p>
<div class="card" style="margin-top:1rem">
  <p><strong>Open a phone.</strong> Type the number that you pay with in the portal, and keep its page open.</p>
  <form class="line" action="/phone" method="get">
    <input name="number" inputmode="tel" autocomplete="off" placeholder="0712 345 678" aria-label="Phone number" required>
    <button type="submit">Open</button>
  </form>
</div>
${used.length === 0 ? "" : `<h2>Phones that were prompted</h2><div class="card"><table>${used.join("")}</table></div>`}
<h2>Keys of the sandbox</h2>
<div class="card"><table>${keys.join("")}</table></div>
<h2>Numbers that act by themselves</h2>
<div class="card"><table>${scripts.join("")}</table></div>
<h2>Paid</h2>
<div class="card">${paid.length === 0 ? '<p class="soft">Nothing yet.</p>' : `<table>${paid.join("")}</table>`}</div>
</main>`,
  );
}
