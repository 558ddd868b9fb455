import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { saveFile } from "../../components/save-file.ts";
import { shownOnce } from "../../components/shown-once.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { stateFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { endTunnel, listTunnels, type OperatorTunnel } from "./operator-tunnels.ts";
import "../../components/qr-code.ts";
import { tunnelFile } from "./tunnel-file.ts";
import type { OpenedTunnel } from "./tunnel-form.ts";
import "./tunnel-form.ts";

const tones: Record<OperatorTunnel["state"], string> = { open: "good", expired: "warn", ended: "bad" };

/** WinBox from anywhere: one's own tunnel to chosen routers, for some hours. */
class WinboxPage extends appElement({
  /** The new tunnel with its key, shown once. */
  opened: state<OpenedTunnel | null>(null),
}) {
  readonly #tunnels = new ListController<OperatorTunnel, "state">(this, {
    read: listTunnels,
    topics: [],
    filters: ["state"],
    isCounted: true,
  });
  readonly #actions = new PageActions(this, () => this.#tunnels.reload());

  override render() {
    return listPage(this.#tunnels, {
      title: say("winbox"),
      emptyText: say("winboxNone"),
      narrow: [stateFilter("tunnel", ["open", "expired", "ended"])],
      above: html`<p class="soft panel">${say("winboxWhat")}</p>${this.#file()}`,
      add: { text: say("winboxOpen"), form: () => this.#form() },
      columns: [
        {
          label: say("name"),
          cell: (row) => html`<strong>${row.name}</strong><br /><span class="soft">${row.userName}</span>`,
        },
        {
          label: say("sites"),
          cell: (row) =>
            html`${row.sites.map(
              ({ name, address }) =>
                html`<div>${name} <span class="mono soft">${address === null ? "" : `${address}:${row.winboxPort}`}</span></div>`,
            )}`,
        },
        {
          label: say("state"),
          cell: (row) => html`<span class="badge ${tones[row.state]}">${say(`tunnel_${row.state}`)}</span>`,
        },
        {
          label: say("lastHandshake"),
          cell: (row) =>
            row.lastHandshakeAtMs === null ? say("none") : dateTime(row.lastHandshakeAtMs, this.app.zone),
        },
        {
          label: say("until"),
          sort: "expires",
          cell: (row) => dateTime(row.endedAtMs ?? row.expiresAtMs, this.app.zone),
        },
      ],
      buttons: (row) =>
        row.state === "open"
          ? html`<button class="danger" @click=${() => this.#end(row)}>${say("winboxEnd")}</button>`
          : nothing,
    });
  }

  #file() {
    if (this.opened === null) return nothing;
    const { tunnel, privateKey } = this.opened;
    const file = tunnelFile(tunnel, privateKey ?? say("winboxYourKey"));
    const save = () => saveFile("karibu.conf", file, "text/plain");
    return shownOnce(
      say("winboxFile", { name: tunnel.name }),
      file,
      () => (this.opened = null),
      html`${tunnel.endpoint === null ? html`<p class="notice bad" role="alert">${say("winboxNoEndpoint")}</p>` : nothing}
        <p>${say("winboxNext")}</p>
        <ul>
          ${tunnel.sites.map(({ name, address }) => html`<li>${name}: <span class="mono">${address}:${tunnel.winboxPort}</span></li>`)}
        </ul>
        ${privateKey === null ? nothing : html`<qr-code text=${file} label=${say("winboxQr")}></qr-code>`}
        <p><button @click=${save}>${say("winboxSave")}</button></p>`,
    );
  }

  #form() {
    return html`<section class="card pad panel">
      <tunnel-form
        .app=${this.app}
        @done=${(event: CustomEvent<OpenedTunnel>) => {
          this.opened = event.detail;
          this.#tunnels.toggleAdding();
          void this.#tunnels.reload();
        }}
      ></tunnel-form>
    </section>`;
  }

  async #end(row: OperatorTunnel) {
    if (!(await ask(say("winboxEndSure", { name: row.name }), say("winboxEnd"), { danger: true, thing: row.name })))
      return;
    await this.#actions.run(`end/${row.tunnelId}`, () => endTunnel(row.tunnelId));
  }
}
customElements.define("winbox-page", WinboxPage);
