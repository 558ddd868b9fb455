import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { shownOnce } from "../../components/shown-once.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { stateFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { type ApiToken, listTokens, revokeToken } from "../../data/identity/api-tokens.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { permissionWords } from "../staff/permission-words.ts";
import "./token-form.ts";

const tones: Record<ApiToken["state"], string> = { active: "good", expired: "warn", revoked: "bad" };

/** API tokens for programs: their permissions, their last use, their end. */
class TokensPage extends appElement({
  /** The new token, shown once. */
  secret: state(""),
}) {
  readonly #tokens = new ListController<ApiToken, "state">(this, {
    read: listTokens,
    topics: [],
    filters: ["state"],
    isCounted: true,
  });
  readonly #actions = new PageActions(this, () => this.#tokens.reload());

  override render() {
    return listPage(this.#tokens, {
      title: say("tokens"),
      emptyText: say("noTokens"),
      narrow: [stateFilter("token", ["active", "expired", "revoked"])],
      above: html`<p class="panel"><a href="#/api">${say("apiTitle")}</a></p>
        ${shownOnce(say("token"), this.secret, () => (this.secret = ""))}`,
      add: { text: say("addToken"), form: () => this.#form() },
      columns: [
        {
          label: say("name"),
          sort: "name",
          cell: (row) => html`<strong>${row.name}</strong><br /><span class="soft">${row.userName}</span>`,
        },
        {
          label: say("scopes"),
          cell: (row) =>
            html`<span class="row scopes">${row.scopes.map((scope) => html`<span class="badge">${permissionWords(scope)}</span>`)}</span>`,
        },
        {
          label: say("state"),
          cell: (row) => html`<span class="badge ${tones[row.state]}">${say(`token_${row.state}`)}</span>`,
        },
        {
          label: say("lastUsed"),
          sort: "lastUsed",
          cell: (row) => (row.lastUsedAtMs === null ? say("none") : dateTime(row.lastUsedAtMs, this.app.zone)),
        },
        { label: say("until"), sort: "expires", cell: (row) => dateTime(row.expiresAtMs, this.app.zone) },
      ],
      buttons: (row) =>
        row.state === "active"
          ? html`<button class="danger" @click=${() => this.#revoke(row)}>${say("revoke")}</button>`
          : nothing,
    });
  }

  #form() {
    return html`<section class="card pad panel">
      <token-form
        .permissions=${this.app.user.permissions}
        @done=${(event: CustomEvent<{ token: string }>) => {
          this.secret = event.detail.token;
          this.#tokens.toggleAdding();
          void this.#tokens.reload();
        }}
      ></token-form>
    </section>`;
  }

  async #revoke(row: ApiToken) {
    if (!(await ask(say("revokeTokenSure", { name: row.name }), say("revoke"), { danger: true, thing: row.name })))
      return;
    await this.#actions.run(`revoke/${row.tokenId}`, () => revokeToken(row.tokenId));
  }
}
customElements.define("tokens-page", TokensPage);
