/** What `npm start` prints once everything works: where each person of the business goes, and what to try. Pure. */
import type { Ports } from "./options.ts";
import { logIns, type Sample, sampleSeller } from "./sample.ts";

const at = (port: number): string => `http://localhost:${port}/`;

/** The console: its log-in, or its Home. Without the fragment it is the page for who does not know Karibu yet. */
export const consoleAt = ({ hub }: Pick<Ports, "hub">): string => `${at(hub)}#/`;

/** `days`: what lies behind the business. */
export function welcomeText(
  open: Ports,
  sample: Pick<Sample, "customerPage" | "voucherCodes">,
  { dataName, days }: { readonly dataName: string; readonly days: string },
): string {
  return `
Karibu is running.

  Be a customer      ${at(open.hotspot)}   any page of the hotspot leads to the portal
  A home customer    ${at(open.hub).slice(0, -1)}${sample.customerPage}   after the operator opened a line for them
  Be their phone     ${at(open.daraja)}   where M-Pesa asks for the PIN
  Be the operator    ${consoleAt(open)}   ${logIns.owner.email} / ${logIns.owner.password}
  Platform admin     ${consoleAt(open)}   ${logIns.platformAdmin.email} / ${logIns.platformAdmin.password}
  Be a stranger      ${at(open.hub)}   what Karibu is; sign up
  The router         ${at(open.router)}   who is on it; power cut, reboot
  A new router       ${at(open.newRouter)}   out of its box: add a site in the console, and paste its line here
  SMS inbox          ${at(open.sms)}
  E-mail inbox       ${at(open.mail)}   also to confirm a sign-up
  Pesapal, Stripe    ${at(open.pesapal)}   ${at(open.stripe)}   switch one on in the console: Channels
  Portal, agent      ${at(open.agent)}   ${at(open.agent)}status for installers
  Sell for cash      ${at(open.agent)}sell   as ${sampleSeller.name}, PIN ${sampleSeller.pin}

Try: open the customer's page, buy "1 hour" with 0712 345 678, open the phone's page,
type any four digits as the PIN and tap Pay. ${vouchersText(sample.voucherCodes)}
Or as the operator: Sites, Add a site; copy the line, paste it into the new router's terminal, and choose what the console asks.
${days}
Data is kept in data/${dataName}; --fresh empties it. Ctrl-C stops everything.`;
}

/** Only unused codes. */
function vouchersText([first, second]: readonly string[]): string {
  if (first === undefined) return "All sample vouchers are used: print more in the console.";
  return `\nA voucher for an hour: ${first}${second === undefined ? "" : `   another: ${second}`}`;
}
