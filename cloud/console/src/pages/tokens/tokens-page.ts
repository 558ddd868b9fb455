import { html, nothing } from "lit";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, listHead } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { shownOnce } from "../../components/shown-once.ts";
import { listTokens, revokeToken, type Token } from "../../data/identity/staff.ts";
import type { Desk } from "../../desk.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "./token-form.ts";

const tones: Record<Token["state"], string> = { active: "good", expired: "warn", revoked: "bad" };

/** For programs: tokens of the API, their scopes, when they were used and end. */
class TokensPage extends elementWith({
  desk: property<Desk>(),
  adding: state(false),
  secret: state(""),
}) {
  readonly #deeds = new Deeds(this);
  readonly #tokens = new ListController<Token>(this, {
    read: listTokens,
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    return html`${listHead(say("tokens"), {
      text: say("addToken"),
      may: true,
      isOpen: this.adding,
      toggle: () => (this.adding = !this.adding),
    })}
      ${shownOnce(say("token"), this.secret, () => (this.secret = ""))}
      ${this.#deeds.notice()} ${this.adding ? this.#form() : nothing}
      ${listCard(this.#tokens, {
        caption: say("tokens"),
        emptyText: say("noTokens"),
        columns: [
          {
            label: say("name"),
            sort: "name",
            cell: (row) => html`<strong>${row.name}</strong><br /><span class="soft">${row.userName}</span>`,
          },
          {
            label: say("scopes"),
            cell: (row) =>
              html`<span class="row scopes">${row.scopes.map((scope) => html`<span class="badge mono">${scope}</span>`)}</span>`,
          },
          {
            label: say("state"),
            cell: (row) => html`<span class="badge ${tones[row.state]}">${say(`token_${row.state}`)}</span>`,
          },
          {
            label: say("lastUsed"),
            sort: "lastUsed",
            cell: (row) => (row.lastUsedAtMs === null ? say("none") : dateTime(row.lastUsedAtMs, this.desk.zone)),
          },
          { label: say("until"), sort: "expires", cell: (row) => dateTime(row.expiresAtMs, this.desk.zone) },
          {
            label: say("change"),
            cell: (row) =>
              row.state === "active"
                ? html`<button @click=${() => this.#revoke(row)}>${say("revoke")}</button>`
                : nothing,
          },
        ],
      })}`;
  }

  #form() {
    return html`<section class="card pad panel">
      <token-form
        .permissions=${this.desk.user.permissions}
        @done=${(event: CustomEvent<{ token: string }>) => {
          this.secret = event.detail.token;
          this.adding = false;
          void this.#tokens.reload();
        }}
      ></token-form>
    </section>`;
  }

  async #revoke(row: Token) {
    if (!(await ask(say("revokeTokenSure", { name: row.name }), say("revoke")))) return;
    await this.#deeds.run(`revoke/${row.tokenId}`, () => revokeToken(row.tokenId));
    await this.#tokens.reload();
  }
}
customElements.define("tokens-page", TokensPage);
