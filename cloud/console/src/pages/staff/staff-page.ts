import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { shownOnce } from "../../components/shown-once.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard, listPage } from "../../components/table/list-page.ts";
import { listRoles, type Role } from "../../data/identity/roles.ts";
import {
  changeUser,
  type Invitation,
  invite,
  listInvitations,
  listStaff,
  removeInvitation,
  resetSecondFactor,
  type StaffMember,
  unlockUser,
} from "../../data/identity/staff.ts";
import { modulesOf } from "../../modules/module-pages.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { roleName } from "./role-name.ts";
import "./roles-card.ts";

/** The provider's staff: users with their roles, open invitations, roles. */
class StaffPage extends appElement({
  /** The link of a new invitation, shown once, to whom it went, and the role that it gives. */
  invited: state<{ readonly link: string; readonly role: string; readonly email: string } | null>(null),
  roles: state<readonly Role[]>([]),
}) {
  readonly #staff = new ListController<StaffMember>(this, {
    read: listStaff,
    topics: [],
    filters: [],
    isCounted: true,
  });
  readonly #invitations = new ListController<Invitation>(this, {
    read: async (query) => {
      const page = await listInvitations(query);
      return { ...page, items: page.items.filter((row) => row.state !== "accepted") };
    },
    topics: [],
  });
  readonly #actions = new PageActions(this, () => Promise.all([this.#staff.reload(), this.#invitations.reload()]));

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#readRoles();
  }

  async #readRoles(): Promise<void> {
    this.roles = (await listRoles().catch(() => ({ items: [] }))).items;
  }

  override render() {
    const mayChange = this.may("users.manage");
    return listPage(this.#staff, {
      title: say("staff"),
      emptyText: say("noStaff"),
      above: html`${this.#newLink()} ${this.#openInvitations(mayChange)}`,
      add: mayChange && {
        text: say("invite"),
        fields: [
          { name: "name", label: say("name"), required: true },
          { name: "email", label: say("email"), type: "email", required: true },
          {
            name: "role",
            label: say("role"),
            type: "select",
            required: true,
            options: this.#roleOptions(),
            value: "support",
          },
        ],
        submit: (values) => invite(values),
        done: ({ link, invitation }: { link: string; invitation: Invitation }) => {
          this.invited = { link, role: invitation.role, email: invitation.email };
          void this.#invitations.reload();
        },
      },
      columns: [
        {
          label: say("name"),
          sort: "name",
          cell: (row) => html`<strong>${row.name}</strong><br /><span class="soft">${row.email}</span>`,
        },
        {
          label: say("role"),
          cell: (row) => html`${roleName(row.role, row.roleName)}${row.active ? this.#floatLink(row.role) : nothing}`,
        },
        { label: say("state"), cell: (row) => stateBadge(row) },
        {
          label: say("lastLogin"),
          sort: "lastLogin",
          cell: (row) => (row.lastLoginAtMs === null ? say("none") : dateTime(row.lastLoginAtMs, this.app.zone)),
        },
      ],
      buttons: mayChange && ((row) => this.#buttons(row)),
      below: html`<roles-card
          .roles=${this.roles}
          .mayChange=${this.may("roles.manage")}
          .mayAdd=${this.may("roles.manage") && this.app.providerName !== ""}
          @changed=${() => this.#readRoles()}
        ></roles-card>
        ${
          mayChange && this.app.providerName !== "" && this.roles.length > 0
            ? modulesOf(this.app.user).map(({ staffCard }) => staffCard?.render(this.app, this.roles) ?? nothing)
            : nothing
        }`,
    });
  }

  #newLink() {
    const { link, role, email } = this.invited ?? { link: "", role: "", email: "" };
    const next = role === "seller" ? html`<p>${say("newSellerFloat")}${this.#floatLink(role)}</p>` : nothing;
    return shownOnce(say("invitationLink"), link, () => (this.invited = null), next, say("invitationSent", { email }));
  }

  /** Who sells at the counter has a float, which begins at 0. */
  #floatLink(role: string) {
    if (role !== "seller" || !this.may("ledger.read") || !this.may("payments.manage")) return nothing;
    return html`<br /><a href="#/sellers">${say("topUpFloat")}</a>`;
  }

  /** Above the staff: who was invited is looked for at once, and is in no other list. */
  #openInvitations(mayChange: boolean) {
    if ((this.#invitations.rows ?? []).length === 0) return nothing;
    return html`<section class="panel">
      <h2 class="panel">${say("openInvitations")}</h2>
      ${listCard(this.#invitations, {
        title: say("openInvitations"),
        emptyText: say("none"),
        columns: [
          {
            label: say("name"),
            cell: (row) => html`<strong>${row.name}</strong><br /><span class="soft">${row.email}</span>`,
          },
          { label: say("role"), cell: (row) => this.#nameOf(row.role) },
          {
            label: say("until"),
            cell: (row) =>
              html`${dateTime(row.expiresAtMs, this.app.zone)}${
                row.state === "expired"
                  ? html`<br /><span class="badge warn">${say("invitationEnded")}</span>`
                  : nothing
              }`,
          },
        ],
        buttons:
          mayChange &&
          ((row) =>
            html`<span class="row">
              <button @click=${() => this.#inviteAgain(row)}>${say("doInviteAgain")}</button>
              <button class="quiet danger" @click=${() => this.#withdraw(row)}>${say("withdrawInvitation")}</button>
            </span>`),
      })}
    </section>`;
  }

  #roleOptions() {
    return this.roles.map((role) => ({ value: role.role, label: roleName(role.role, role.name) }));
  }

  #nameOf(role: string): string {
    return roleName(role, this.roles.find((each) => each.role === role)?.name ?? role);
  }

  #buttons(row: StaffMember) {
    if (row.userId === this.app.user.userId) return html`<span class="soft">${say("thatIsYou")}</span>`;
    const isLocked = row.lockedUntilMs !== null && row.lockedUntilMs > Date.now();
    const run = (name: string, work: () => Promise<unknown>) => this.#actions.run(`${name}/${row.userId}`, work);
    return html`<span class="row">
      <select aria-label="${say("role")}: ${row.name}" @change=${(event: Event) => this.#changeRole(row, event)}>
        ${this.#roleOptions().map(
          ({ value, label }) => html`<option value=${value} ?selected=${value === row.role}>${label}</option>`,
        )}
      </select>
      <button class=${row.active ? "quiet danger" : "quiet"} @click=${() => this.#switch(row)}>
        ${say(row.active ? "switchOff" : "switchOn")}
      </button>
      ${
        isLocked
          ? html`<button class="quiet" @click=${() => run("unlock", () => unlockUser(row.userId))}>${say("unlock")}</button>`
          : nothing
      }
      ${row.secondFactor ? html`<button class="quiet danger" @click=${() => this.#resetFactor(row)}>${say("resetFactor")}</button>` : nothing}
    </span>`;
  }

  async #switch({ userId, name, active }: StaffMember) {
    const question = say("switchPersonSure", { name });
    if (active && !(await ask(question, say("switchOff"), { danger: true, thing: name }))) return;
    await this.#actions.run(`switch/${userId}`, () => changeUser(userId, { active: !active }));
  }

  async #changeRole(row: StaffMember, event: Event) {
    const select = event.target as HTMLSelectElement;
    const role = select.value;
    const question = say("changeRoleSure", { name: row.name, role: this.#nameOf(role) });
    const isDone =
      (await ask(question, say("change"))) &&
      (await this.#actions.run(`role/${row.userId}`, () => changeUser(row.userId, { role })));
    if (!isDone) select.value = row.role;
  }

  async #resetFactor(row: StaffMember) {
    if (!(await ask(say("resetFactorSure", { name: row.name }), say("resetFactor"), { danger: true, thing: row.name })))
      return;
    await this.#actions.run(`factor/${row.userId}`, () => resetSecondFactor(row.userId));
  }

  /** A new link, by e-mail and shown here; the one before ends. */
  #inviteAgain({ invitationId, email, name, role }: Invitation) {
    return this.#actions.run(
      `again/${invitationId}`,
      () => invite({ email, name, role }),
      ({ link }) => {
        this.invited = { link, role, email };
        return say("invitedAgain", { email });
      },
    );
  }

  #withdraw(row: Invitation) {
    return this.#actions.run(`withdraw/${row.invitationId}`, () => removeInvitation(row.invitationId));
  }
}
customElements.define("staff-page", StaffPage);

function stateBadge(row: StaffMember) {
  return html`<span class="badge ${row.active ? "good" : "bad"}">${say(row.active ? "active" : "inactive")}</span>
    ${row.secondFactor ? html`<span class="badge good">${say("secondFactor")}</span>` : nothing}`;
}
