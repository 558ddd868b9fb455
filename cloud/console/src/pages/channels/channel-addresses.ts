import { html, nothing, type TemplateResult } from "lit";
import "../../components/overlay/copy-button.ts";
import type { ChannelDetail } from "../../data/money/channels.ts";
import { say, word } from "../../strings/strings.ts";

/**
 * The hub's addresses for M-Pesa's messages: which it hands over with each request, and which "Register" hands over. Nobody enters
 * them anywhere; they are shown to be compared with what M-Pesa has, and for a firewall.
 */
export function channelAddresses({ addresses, registered }: ChannelDetail): TemplateResult | typeof nothing {
  if (addresses.length === 0) return nothing;
  return html`<ul class="addresses below">
    ${addresses.map(({ use, url, given }) => {
      const shown = given === "per-request" ? `${url}/…` : url;
      return html`<li class="address">
        <strong>${word("address", use)}</strong>
        <p class="soft">
          ${given === "per-request" ? say("addressPerRequest") : say(registered ? "addressRegistered" : "addressNotRegistered")}
        </p>
        <div class="row">
          <code class="mono">${shown}</code>
          <copy-button text=${url} label=${say("copy")}></copy-button>
        </div>
      </li>`;
    })}
  </ul>`;
}
