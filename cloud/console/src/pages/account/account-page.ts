import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { facts } from "../../components/facts.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import { changePassword, endLogin, type Login, listLogins } from "../../data/identity/account.ts";
import { modulesOf } from "../../modules/module-pages.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { roleName } from "../staff/role-name.ts";
import "../../components/action-form.ts";
import "./second-factor-card.ts";

/** The user's account: name, second factor, password, and open log-ins. */
class AccountPage extends appElement() {
  readonly #actions = new PageActions(this);
  readonly #logins = new ListController<Login>(this, {
    read: listLogins,
    topics: [],
  });

  override render() {
    const { user, zone } = this.app;
    return html`<div class="head"><h1>${say("myAccount")}</h1></div>
      <div class="two">
        <section class="card pad">
          <h2>${user.name}</h2>
          ${facts([
            [say("email"), user.email],
            [say("role"), roleName(user.role, say("ownRole"))],
          ])}
        </section>
        <second-factor-card .app=${this.app}></second-factor-card>
        ${modulesOf(user).map(({ accountCard }) => accountCard?.render(this.app) ?? nothing)}
      </div>
      <h2 class="between">${say("myPassword")}</h2>
      <section class="card pad">
        <p class="soft panel">${say("myPasswordEnds")}</p>
        <action-form
          .fields=${[
            {
              name: "currentPassword",
              label: say("currentPassword"),
              type: "password",
              required: true,
              autocomplete: "current-password",
            },
            {
              name: "newPassword",
              label: say("newPassword"),
              type: "password",
              required: true,
              autocomplete: "new-password",
              hint: say("passwordHint"),
            },
          ]}
          submitText=${say("changePassword")}
          .submit=${(values: Values) => changePassword(String(values.currentPassword), String(values.newPassword))}
          @done=${() => {
            this.#actions.notify(say("passwordChanged"));
            void this.#logins.reload();
          }}
        ></action-form>
      </section>
      <h2 class="between">${say("loggedInAt")}</h2>
      ${listCard(this.#logins, {
        title: say("loggedInAt"),
        emptyText: say("none"),
        columns: [
          {
            label: say("device"),
            cell: (row) => html`<strong>${row.browser ?? say(row.inBrowser ? "unknownBrowser" : "aProgram")}</strong>`,
          },
          { label: say("since"), cell: (row) => dateTime(row.createdAtMs, zone) },
          { label: say("lastUsed"), cell: (row) => dateTime(row.lastUsedAtMs, zone) },
          {
            label: say("state"),
            cell: (row) =>
              row.current
                ? html`<span class="badge good">${say("thisOne")}</span>`
                : html`<button @click=${() => this.#end(row)}>${say("logOutThere")}</button>`,
          },
        ],
      })}`;
  }

  async #end(row: Login) {
    await this.#actions.run(`end/${row.loginId}`, () => endLogin(row.loginId));
    await this.#logins.reload();
  }
}
customElements.define("account-page", AccountPage);
