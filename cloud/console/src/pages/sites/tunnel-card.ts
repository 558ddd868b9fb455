import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { Deeds } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { removeTunnel, setTunnel, sitePath, type Tunnel } from "../../data/fleet/sites.ts";
import type { Desk } from "../../desk.ts";
import { byteSize, dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "../../components/action-form.ts";

/** The site's end of the WireGuard tunnel: addresses, keys, last hand-shake. */
class TunnelCard extends elementWith({
  desk: property<Desk>(),
  siteId: property(""),
  open: state(false),
}) {
  readonly #deeds = new Deeds(this);
  readonly #tunnel = new ReadController<Tunnel>(this, {
    path: () => `${sitePath(this.siteId)}/tunnel`,
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const mayChange = this.desk.user.permissions.includes("sites.manage");
    return this.#tunnel.render(
      (tunnel) => html`<section class="card pad">
        ${this.#deeds.notice()}
        <h2>${say("tunnel")}</h2>
        ${tunnel.address === null ? html`<p class="soft below">${say("noTunnel")}</p>` : this.#facts(tunnel)}
        ${tunnel.problem === null ? nothing : html`<p class="badge warn below">${tunnel.problem}</p>`}
        ${mayChange ? this.#buttons(tunnel) : nothing} ${this.open ? this.#form() : nothing}
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
      [say("lastHandshake"), lastHandshakeAtMs === null ? null : dateTime(lastHandshakeAtMs, this.desk.zone)],
      [say("down"), byteSize(tunnel.sentBytes)],
      [say("up"), byteSize(tunnel.receivedBytes)],
    ]);
  }

  #buttons(tunnel: Tunnel) {
    const again = async () => {
      await this.#tunnel.reload();
      return say("saved");
    };
    const remove = async () => {
      if (!(await ask(say("removeTunnelSure"), say("remove")))) return;
      await this.#deeds.run("remove", () => removeTunnel(this.siteId), again);
    };
    return html`<p class="row below">
      ${
        tunnel.address === null
          ? html`<button @click=${() => this.#deeds.run("reserve", () => setTunnel(this.siteId, null), again)}>
              ${say("reserveAddress")}
            </button>`
          : html`<button aria-expanded=${this.open} @click=${() => (this.open = !this.open)}>${say("setRouterKey")}</button>
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
        this.open = false;
        await this.#tunnel.reload();
        this.#deeds.tell(say("saved"));
      }}
    ></action-form>`;
  }
}
customElements.define("tunnel-card", TunnelCard);
