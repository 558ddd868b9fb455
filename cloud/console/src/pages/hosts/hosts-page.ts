import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, listHead } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { shownOnce } from "../../components/shown-once.ts";
import { addHost, type Host, type HostToken, listHosts, newHostToken, revokeHost } from "../../data/fleet/hosts.ts";
import type { Desk } from "../../desk.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/action-form.ts";

const tones: Record<Host["state"], string> = { online: "good", offline: "bad", pending: "warn", revoked: "bad" };

/** For platform admins: the processes that host the agents of sites. */
class HostsPage extends elementWith({
  desk: property<Desk>(),
  adding: state(false),
  /** The token of a host's process, shown once. */
  secret: state<HostToken | null>(null),
}) {
  readonly #deeds = new Deeds(this);
  readonly #hosts = new ListController<Host>(this, {
    read: listHosts,
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const mayChange = this.desk.user.permissions.includes("hosts.manage");
    return html`${listHead(say("hosts"), {
      text: say("addHost"),
      may: mayChange,
      isOpen: this.adding,
      toggle: () => (this.adding = !this.adding),
    })}
      <p class="soft panel">${say("hostsWhy")}</p>
      ${this.#deeds.notice()} ${this.#token()} ${this.adding ? this.#form() : nothing}
      ${listCard(this.#hosts, {
        caption: say("hosts"),
        emptyText: say("noHosts"),
        columns: [
          { label: say("name"), cell: (row) => html`<strong>${row.name}</strong>` },
          {
            label: say("link"),
            cell: (row) => html`<span class="badge ${tones[row.state]}">${word("host", row.state)}</span>`,
          },
          { label: say("agentVersion"), cell: (row) => row.agentVersion ?? say("none") },
          {
            label: say("connectedSince"),
            cell: (row) =>
              row.state === "online" && row.connectedAtMs !== null
                ? dateTime(row.connectedAtMs, this.desk.zone)
                : say("none"),
          },
          { label: say("hostedSites"), numeric: true, cell: (row) => row.sites },
          ...(mayChange ? [{ label: say("change"), cell: (row: Host) => this.#actions(row) }] : []),
        ],
      })}`;
  }

  #token() {
    const { secret } = this;
    const until = secret === null ? "" : `${say("until")} ${dateTime(secret.enrolmentExpiresAtMs, this.desk.zone)}`;
    return shownOnce(`${say("hostToken")} (${until})`, secret?.enrolmentToken ?? "", () => (this.secret = null));
  }

  #form() {
    return html`<section class="card pad panel">
      <action-form
        .fields=${[{ name: "name", label: say("name"), required: true }]}
        submitText=${say("addHost")}
        .submit=${({ name }: Values) => addHost(String(name))}
        @done=${(event: CustomEvent<HostToken>) => {
          this.secret = event.detail;
          this.adding = false;
          void this.#hosts.reload();
        }}
      ></action-form>
    </section>`;
  }

  #actions(row: Host) {
    if (row.state === "revoked") return nothing;
    return html`<span class="row">
      <button aria-label="${say("newToken")}: ${row.name}" @click=${() => this.#renew(row)}>${say("newToken")}</button>
      <button aria-label="${say("cutOff")}: ${row.name}" class="quiet danger" @click=${() => this.#revoke(row)}>${say("cutOff")}</button>
    </span>`;
  }

  #renew(row: Host) {
    return this.#deeds.run(
      `token/${row.hostId}`,
      () => newHostToken(row.hostId),
      (token) => {
        this.secret = token;
        return "";
      },
    );
  }

  async #revoke(row: Host) {
    if (!(await ask(say("revokeHostSure", { name: row.name, count: row.sites }), say("cutOff")))) return;
    await this.#deeds.run(`revoke/${row.hostId}`, () => revokeHost(row.hostId));
    await this.#hosts.reload();
  }
}
customElements.define("hosts-page", HostsPage);
