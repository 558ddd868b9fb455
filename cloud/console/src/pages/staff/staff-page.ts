import { html, nothing } from "lit";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard, listHead } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { shownOnce } from "../../components/shown-once.ts";
import {
  changePerson,
  type Invitation,
  invite,
  listInvitations,
  listPeople,
  listRoles,
  type Person,
  type Role,
  removeInvitation,
  resetSecondFactor,
  unlockPerson,
} from "../../data/identity/staff.ts";
import type { Desk } from "../../desk.ts";
import { dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "../../components/action-form.ts";
import "../../components/data-table.ts";
import "./roles-card.ts";
import { roleName } from "./role-name.ts";

/** Who works here: people, open invitations, roles. */
class PeoplePage extends elementWith({
  desk: property<Desk>(),
  adding: state(false),
  link: state(""),
  roles: state<readonly Role[]>([]),
}) {
  readonly #deeds = new Deeds(this);
  readonly #people = new ListController<Person>(this, {
    read: listPeople,
    topics: [],
    events: () => this.desk.events,
  });
  readonly #invitations = new ListController<Invitation>(this, {
    read: listInvitations,
    topics: [],
    events: () => this.desk.events,
  });

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#readRoles();
  }

  async #readRoles(): Promise<void> {
    this.roles = (await listRoles().catch(() => ({ items: [] }))).items;
  }

  static override styles = [sharedStyles];

  override render() {
    const mayChange = this.desk.user.permissions.includes("users.manage");
    const open = this.#invitations.rows?.filter((row) => row.state === "open") ?? [];
    return html`${listHead(say("people"), {
      text: say("invite"),
      may: mayChange,
      isOpen: this.adding,
      toggle: () => (this.adding = !this.adding),
    })}
      ${shownOnce(say("invitationLink"), this.link, () => (this.link = ""))}
      ${this.#deeds.notice()} ${this.adding ? this.#form() : nothing}
      ${listCard(this.#people, {
        caption: say("people"),
        emptyText: say("noPeople"),
        columns: [
          {
            label: say("name"),
            sort: "name",
            cell: (row) => html`<strong>${row.name}</strong><br /><span class="soft">${row.email}</span>`,
          },
          { label: say("role"), cell: (row) => roleName(row.role, row.roleName) },
          { label: say("state"), cell: (row) => stateBadge(row) },
          {
            label: say("lastLogin"),
            sort: "lastLogin",
            cell: (row) => (row.lastLoginAtMs === null ? say("none") : dateTime(row.lastLoginAtMs, this.desk.zone)),
          },
          ...(mayChange ? [{ label: say("change"), cell: (row: Person) => this.#actions(row) }] : []),
        ],
      })}
      ${
        open.length === 0
          ? nothing
          : html`<h2 class="between">${say("openInvitations")}</h2>
              <div class="card">
                <data-table
                  caption=${say("openInvitations")}
                  .columns=${[
                    { label: say("email"), cell: (row: Invitation) => html`<strong>${row.email}</strong>` },
                    { label: say("role"), cell: (row: Invitation) => this.#roleOf(row.role) },
                    { label: say("until"), cell: (row: Invitation) => dateTime(row.expiresAtMs, this.desk.zone) },
                    ...(mayChange
                      ? [
                          {
                            label: say("change"),
                            cell: (row: Invitation) =>
                              html`<button class="quiet" @click=${() => this.#takeBack(row)}>${say("takeBack")}</button>`,
                          },
                        ]
                      : []),
                  ]}
                  .rows=${open}
                ></data-table>
              </div>`
      }
      <h2 class="between">${say("roles")}</h2>
      <roles-card
        .roles=${this.roles}
        .mayChange=${this.desk.user.permissions.includes("roles.manage")}
        @changed=${() => this.#readRoles()}
      ></roles-card>`;
  }

  #form() {
    const options = this.roles.map((role) => ({ value: role.role, label: roleName(role.role, role.name) }));
    return html`<section class="card pad panel">
      <action-form
        .fields=${[
          { name: "name", label: say("name"), required: true },
          { name: "email", label: say("email"), type: "email", required: true },
          { name: "role", label: say("role"), type: "select", options, value: "support" },
        ]}
        submitText=${say("invite")}
        .submit=${invite}
        @done=${(event: CustomEvent<{ link: string }>) => {
          this.link = event.detail.link;
          this.adding = false;
          void this.#invitations.reload();
        }}
      ></action-form>
    </section>`;
  }

  #roleOf(role: string): string {
    return roleName(role, this.roles.find((one) => one.role === role)?.name ?? role);
  }

  #actions(row: Person) {
    if (row.userId === this.desk.user.userId) return html`<span class="soft">${say("thatIsYou")}</span>`;
    const isLocked = row.lockedUntilMs !== null && row.lockedUntilMs > Date.now();
    return html`<span class="row">
      <select aria-label="${say("role")}: ${row.name}" @change=${(event: Event) => this.#setRole(row, event)}>
        ${this.roles.map(
          (role) =>
            html`<option value=${role.role} ?selected=${role.role === row.role}>${roleName(role.role, role.name)}</option>`,
        )}
      </select>
      <button class="quiet" @click=${() => this.#then("switch", row, () => changePerson(row.userId, { active: !row.active }))}>
        ${say(row.active ? "switchOff" : "switchOn")}
      </button>
      ${
        isLocked
          ? html`<button class="quiet" @click=${() => this.#then("unlock", row, () => unlockPerson(row.userId))}>${say("unlock")}</button>`
          : nothing
      }
      ${row.secondFactor ? html`<button class="quiet" @click=${() => this.#resetFactor(row)}>${say("resetFactor")}</button>` : nothing}
    </span>`;
  }

  async #setRole(row: Person, event: Event) {
    const select = event.target as HTMLSelectElement;
    const role = select.value;
    const question = say("changeRoleSure", { name: row.name, role: this.#roleOf(role) });
    const isDone =
      (await ask(question, say("change"))) && (await this.#then("role", row, () => changePerson(row.userId, { role })));
    if (!isDone) select.value = row.role;
  }

  async #resetFactor(row: Person) {
    if (!(await ask(say("resetFactorSure", { name: row.name }), say("resetFactor")))) return;
    await this.#then("factor", row, () => resetSecondFactor(row.userId));
  }

  async #takeBack(row: Invitation) {
    await this.#deeds.run(`take-back/${row.invitationId}`, () => removeInvitation(row.invitationId));
    await this.#invitations.reload();
  }

  async #then(name: string, row: Person, work: () => Promise<unknown>): Promise<boolean> {
    const isDone = await this.#deeds.run(`${name}/${row.userId}`, work);
    await this.#people.reload();
    return isDone;
  }
}
customElements.define("people-page", PeoplePage);

function stateBadge(row: Person) {
  return html`<span class="badge ${row.active ? "good" : "bad"}">${say(row.active ? "active" : "inactive")}</span>
    ${row.secondFactor ? html`<span class="badge good">${say("secondFactor")}</span>` : nothing}`;
}
