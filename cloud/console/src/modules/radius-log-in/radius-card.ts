import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { editCard } from "../../components/form-card.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { checkBadge } from "../../components/states/check-badge.ts";
import type { Role } from "../../data/identity/roles.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { permissionWords } from "../../pages/staff/permission-words.ts";
import { roleName } from "../../pages/staff/role-name.ts";
import { dateTime } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { radiusFields, radiusServerOf } from "./radius-form.ts";
import {
  checkRadiusLogIn,
  type RadiusCheck,
  type RadiusLogIn,
  radiusLogInPath,
  removeRadiusLogIn,
  saveRadiusLogIn,
} from "./radius-log-in.ts";

/** The provider's own RADIUS server, by which its people may log in to the console too, and a check that asks it. */
class RadiusCard extends appElement({
  roles: property<readonly Role[]>([]),
  sites: state<Names>(noNames),
  isOpen: state(false),
  user: state(""),
  password: state(""),
  found: state<RadiusCheck | null>(null),
}) {
  readonly #read = new ReadController<RadiusLogIn>(this, { path: () => radiusLogInPath, topics: [] });
  readonly #actions = new PageActions(this, () => this.#read.restartEdit());

  override connectedCallback(): void {
    super.connectedCallback();
    queueMicrotask(async () => {
      this.sites = await readNames("sites", this.app.user).catch(() => noNames);
    });
  }

  override render() {
    return html`<h2 class="between">${say("radiusLogIn")}</h2>
      ${this.#read.render((radius) => {
        if (this.#read.edited === null) this.#read.beginEdit();
        const { server } = radius;
        return html`<section class="card pad panel">
            <p class="soft">${say("radiusWhy")}</p>
            ${server === null ? nothing : this.#last(radius)}
            ${server === null ? nothing : this.#check()}
            <p class="row below">
              <button aria-expanded=${this.isOpen} @click=${() => (this.isOpen = !this.isOpen)}>
                ${say(server === null ? "radiusEnter" : "change")}
              </button>
              ${
                server === null
                  ? nothing
                  : html`<button class="quiet danger" ?disabled=${this.#actions.busy !== ""} @click=${this.#remove}>
                      ${say("radiusRemove")}
                    </button>`
              }
            </p>
          </section>
          ${
            this.isOpen
              ? editCard(this.#read, {
                  fields: (value) => radiusFields(value, this.roles, this.sites),
                  submit: (values, etag) => saveRadiusLogIn(radiusServerOf(values, this.roles), etag),
                  done: async () => {
                    this.isOpen = false;
                    this.found = null;
                    await this.#read.restartEdit();
                    this.#actions.notify(say("saved"));
                  },
                })
              : nothing
          }`;
      })}`;
  }

  #last({ server, lastAskedAtMs, lastOutcome }: RadiusLogIn) {
    const where = server?.host ?? this.sites.get(server?.siteId ?? "") ?? "";
    const roles = (server?.roles ?? []).map((role) =>
      roleName(role, this.roles.find((one) => one.role === role)?.name ?? role),
    );
    const rightsOf = (permissions: readonly string[]) => permissions.map(permissionWords).join(", ");
    return html`<p class="below">${say("radiusOn", { where, roles: roles.join(", ") })}</p>
      ${(server?.grown ?? []).map(({ role, permissions }) => {
        const name = roleName(role, this.roles.find((one) => one.role === role)?.name ?? role);
        return html`<p class="below">${checkBadge(false)} ${say("radiusGrown", { role: name, rights: rightsOf(permissions) })}</p>`;
      })}
      ${
        lastAskedAtMs === null || lastOutcome === null
          ? nothing
          : html`<p class="soft">
              ${say("radiusLast", { time: dateTime(lastAskedAtMs, this.app.zone) })}
              ${word("radiusOutcome", lastOutcome)}
            </p>`
      }`;
  }

  #check() {
    return html`<p class="soft below">${say("radiusCheckWhy")}</p>
      <div class="row">
        <label
          >${say("radiusCheckUser")}<input
            autocomplete="off"
            .value=${this.user}
            @input=${(event: Event) => (this.user = (event.target as HTMLInputElement).value)}
        /></label>
        <label
          >${say("password")}<input
            type="password"
            autocomplete="off"
            .value=${this.password}
            @input=${(event: Event) => (this.password = (event.target as HTMLInputElement).value)}
        /></label>
      </div>
      <p class="row below">
        <button ?disabled=${this.#actions.busy !== ""} aria-label=${`${say("checkNow")}: RADIUS`} @click=${this.#try}>
          ${say("checkNow")}
        </button>
        <span role="status">${this.found === null ? nothing : this.#result(this.found)}</span>
      </p>`;
  }

  #result({ outcome, user, said, role }: RadiusCheck) {
    const isTyped = this.user.trim() !== "";
    const isGood = outcome === "accept" || (outcome === "reject" && !isTyped);
    const name = role === null ? null : roleName(role, this.roles.find((one) => one.role === role)?.name ?? role);
    return html`${checkBadge(isGood)}
      ${outcome === "reject" && !isTyped ? say("radiusAnswers", { user }) : word("radiusOutcome", outcome)}
      ${said.length === 0 ? nothing : say("radiusSaid", { said: said.join(", ") })}
      ${name === null ? nothing : say("radiusGives", { role: name })}`;
  }

  #try() {
    const user = this.user.trim();
    return this.#actions.run(
      "check",
      () =>
        checkRadiusLogIn({
          ...(user === "" ? {} : { user }),
          ...(user === "" || this.password === "" ? {} : { password: this.password }),
        }),
      (found) => {
        this.found = found;
        this.password = "";
        return "";
      },
    );
  }

  async #remove() {
    if (!(await ask(say("radiusRemoveSure"), say("radiusRemove"), { danger: true }))) return;
    await this.#actions.run("remove", removeRadiusLogIn);
  }
}
customElements.define("radius-card", RadiusCard);
