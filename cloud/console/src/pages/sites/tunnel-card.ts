import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { removeTunnel, setTunnel, type Tunnel } from "../../data/fleet/sites.ts";
import { hubPath } from "../../hub/hub-path.ts";
import { byteSize, dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "../../components/action-form.ts";

/** The site's end of the WireGuard tunnel: addresses, keys, last handshake. */
class TunnelCard extends appElement({
  siteId: property(""),
  isSettingKey: state(false),
}) {
  readonly #tunnel = new ReadController<Tunnel>(this, {
    path: () => hubPath("/api/v1/sites/{siteId}/tunnel", { siteId: this.siteId }),
    topics: [],
  });
  readonly #actions = new PageActions(this, () => this.#tunnel.reload());

  override render() {
    const mayChange = this.may("sites.manage");
    return this.#tunnel.render(
      (tunnel) => html`<section class="card pad">
        <h2>${say("tunnel")}</h2>
        ${tunnel.address === null ? html`<p class="soft below">${say("noTunnel")}</p>` : this.#facts(tunnel)}
        ${tunnel.problem === null ? nothing : html`<p class="badge warn below">${say("found_wireguard_problem")}</p>${rawText(tunnel.problem)}`}
        ${mayChange ? this.#buttons(tunnel) : nothing} ${this.isSettingKey ? this.#form() : nothing}
      </section>`,
    );
  }

  #facts(tunnel: Tunnel) {
    const mono = (text: string | null) => (text === null ? null : html`<span class="mono">${text}</span>`);
    const { lastHandshakeAtMs } = tunnel;
    return facts([
      [say("address"), mono(tunnel.address)],
      [say("hubAddress"), mono(tunnel.hubAddress)],
      [say("hubEndpoint"), mono(tunnel.endpoint)],
      [say("hubKey"), mono(tunnel.hubPublicKey)],
      [say("routerKey"), mono(tunnel.publicKey)],
      tunnel.nextPublicKey === null ? null : [say("nextKey"), mono(tunnel.nextPublicKey)],
      [say("lastHandshake"), lastHandshakeAtMs === null ? null : dateTime(lastHandshakeAtMs, this.app.zone)],
      [say("down"), byteSize(tunnel.sentBytes)],
      [say("up"), byteSize(tunnel.receivedBytes)],
    ]);
  }

  #buttons(tunnel: Tunnel) {
    const remove = async () => {
      if (!(await ask(say("removeTunnelSure"), say("remove"), { danger: true }))) return;
      await this.#actions.run("remove", () => removeTunnel(this.siteId));
    };
    return html`<p class="row below">
      ${
        tunnel.address === null
          ? html`<button @click=${() => this.#actions.run("reserve", () => setTunnel(this.siteId, null))}>
              ${say("reserveAddress")}
            </button>`
          : html`<button aria-expanded=${this.isSettingKey} @click=${() => (this.isSettingKey = !this.isSettingKey)}>${say("setRouterKey")}</button>
              <button class="quiet danger" @click=${remove}>${say("remove")}</button>`
      }
    </p>`;
  }

  #form() {
    return html`<action-form
      class="below"
      .fields=${[{ name: "publicKey", label: say("routerKey"), required: true, hint: say("routerKeyHint") }]}
      submitText=${say("save")}
      .submit=${(values: Values) => setTunnel(this.siteId, String(values.publicKey))}
      @done=${async () => {
        this.isSettingKey = false;
        await this.#tunnel.reload();
        this.#actions.notify(say("saved"));
      }}
    ></action-form>`;
  }
}
customElements.define("tunnel-card", TunnelCard);
