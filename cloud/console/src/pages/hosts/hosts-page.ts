import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { shownOnce } from "../../components/shown-once.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { addHost, type Host, type HostToken, listHosts, newHostToken, revokeHost } from "../../data/fleet/hosts.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

const tones: Record<Host["state"], string> = { online: "good", offline: "bad", pending: "warn", revoked: "bad" };

/** For platform admins: the processes that host the agents of sites. */
class HostsPage extends appElement({
  /** The enrolment token of a host, shown once. */
  secret: state<HostToken | null>(null),
}) {
  readonly #hosts = new ListController<Host>(this, { read: listHosts, topics: [], filters: [] });
  readonly #actions = new PageActions(this, () => this.#hosts.reload());

  override render() {
    const mayChange = this.may("hosts.manage");
    return listPage(this.#hosts, {
      title: say("hosts"),
      intro: say("hostsWhy"),
      emptyText: say("noHosts"),
      above: html`${this.#token()}`,
      add: mayChange && {
        text: say("addHost"),
        fields: [{ name: "name", label: say("name"), required: true }],
        submit: ({ name }) => addHost(String(name)),
        done: (token: HostToken) => {
          this.secret = token;
        },
      },
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
              ? dateTime(row.connectedAtMs, this.app.zone)
              : say("none"),
        },
        { label: say("hostedSites"), numeric: true, cell: (row) => row.sites },
      ],
      buttons: mayChange && ((row) => this.#buttons(row)),
    });
  }

  #token() {
    const { secret } = this;
    const until = secret === null ? "" : `${say("until")} ${dateTime(secret.enrolmentExpiresAtMs, this.app.zone)}`;
    return shownOnce(`${say("hostToken")} (${until})`, secret?.enrolmentToken ?? "", () => (this.secret = null));
  }

  #buttons(row: Host) {
    if (row.state === "revoked") return nothing;
    return html`<span class="row">
      <button aria-label="${say("newToken")}: ${row.name}" @click=${() => this.#newToken(row)}>${say("newToken")}</button>
      <button aria-label="${say("revokeAccess")}: ${row.name}" class="quiet danger" @click=${() => this.#revoke(row)}>${say("revokeAccess")}</button>
    </span>`;
  }

  #newToken(row: Host) {
    return this.#actions.run(
      `token/${row.hostId}`,
      () => newHostToken(row.hostId),
      (token) => {
        this.secret = token;
        return "";
      },
    );
  }

  async #revoke(row: Host) {
    if (
      !(await ask(say("revokeHostSure", { name: row.name, count: row.sites }), say("revokeAccess"), {
        danger: true,
        thing: row.name,
      }))
    )
      return;
    await this.#actions.run(`revoke/${row.hostId}`, () => revokeHost(row.hostId));
  }
}
customElements.define("hosts-page", HostsPage);
