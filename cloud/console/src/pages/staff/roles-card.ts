import { css, html, nothing } from "lit";
import { live } from "lit/directives/live.js";
import { elementWith, flag, property, state } from "../../components/element-with.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { problemText } from "../../components/problem-text.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { addRole, demandSecondFactor, listRoles, type Role, removeRole } from "../../data/identity/roles.ts";
import { say } from "../../strings/strings.ts";
import { permissionWords } from "./permission-words.ts";
import { roleName } from "./role-name.ts";

/** Every role with its permissions. A provider makes its own roles from permissions. */
class RolesCard extends elementWith({
  roles: property<readonly Role[]>([]),
  mayChange: flag(),
  mayAdd: flag(),
  adding: state(false),
  permissions: state<readonly string[]>([]),
  refusal: state(""),
}) {
  static override styles = [
    sharedStyles,
    css`
      details {
        padding: 0.5rem 1.2rem;
        border-bottom: 1px solid var(--line);
      }
      details:last-child {
        border-bottom: 0;
      }
      summary::before {
        content: "▸";
        color: var(--brand);
      }
      details[open] summary::before {
        content: "▾";
      }
      summary {
        min-height: 44px;
        display: flex;
        align-items: center;
        gap: 0.6rem;
        cursor: pointer;
        font-weight: 600;
      }
      .list {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem;
        padding-bottom: 0.6rem;
      }
      fieldset {
        border: 0;
        padding: 0;
        margin: 0.8rem 0;
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(210px, 1fr));
      }
      label.check {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        min-height: 44px;
        font-weight: 400;
      }
      label.check input {
        width: 20px;
        min-height: 20px;
      }
      .refusal {
        color: var(--bad);
      }
    `,
  ];

  override render() {
    if (this.roles.length === 0) return nothing;
    return html`<h2 class="between">${say("roles")}</h2>
      <div class="card">
        ${this.roles.map(
          (role) =>
            html`<details>
              <summary>
                ${roleName(role.role, role.name)}
                ${role.builtIn ? nothing : html`<span class="badge">${say("ownRole")}</span>`}
                ${role.needsSecondFactor ? html`<span class="badge good">${say("secondFactor")}</span>` : nothing}
              </summary>
              ${
                this.mayChange
                  ? html`<label class="check"
                      ><input
                        type="checkbox"
                        .checked=${live(role.needsSecondFactor)}
                        @change=${(event: Event) => this.#demand(role, event.target as HTMLInputElement)}
                      /><span>${say("roleNeedsFactor")}</span></label
                    >`
                  : nothing
              }
              <div class="list">${role.permissions.map((one) => html`<span class="badge">${permissionWords(one)}</span>`)}</div>
              ${
                role.builtIn || !this.mayChange
                  ? nothing
                  : html`<button class="danger" @click=${() => this.#remove(role)}>${say("remove")}</button>`
              }
            </details>`,
        )}
      </div>
      ${this.refusal === "" ? nothing : html`<p class="refusal below" role="alert">${this.refusal}</p>`}
      ${
        this.mayAdd
          ? html`<p class="below"><button aria-expanded=${this.adding} @click=${this.#open}>${say("addRole")}</button></p>`
          : nothing
      }
      ${this.adding ? this.#form() : nothing}`;
  }

  #form() {
    return html`<form class="card pad" @submit=${this.#add}>
      <label>${say("name")}<input name="name" required maxlength="60" /></label>
      <fieldset>
        <legend class="visually-hidden">${say("permissions")}</legend>
        ${this.permissions.map(
          (one) =>
            html`<label class="check"><input type="checkbox" name="permission" value=${one} />
              <span>${permissionWords(one)}</span></label>`,
        )}
      </fieldset>
      <button class="primary">${say("save")}</button>
    </form>`;
  }

  async #open() {
    this.adding = !this.adding;
    if (this.adding) this.permissions = (await listRoles()).permissions;
  }

  async #add(event: SubmitEvent) {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    await this.#try(() =>
      addRole(String(data.get("name")), data.getAll("permission") as Parameters<typeof addRole>[1]),
    );
    if (this.refusal === "") this.adding = false;
  }

  async #demand({ role, needsSecondFactor }: Role, box: HTMLInputElement) {
    await this.#try(() => demandSecondFactor(role, box.checked));
    if (this.refusal !== "") box.checked = needsSecondFactor;
  }

  async #remove({ role, name }: Role) {
    if (!(await ask(say("removeRoleSure", { name }), say("remove"), { danger: true, thing: name }))) return;
    await this.#try(() => removeRole(role));
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    this.refusal = "";
    try {
      await work();
      this.dispatchEvent(new CustomEvent("changed"));
    } catch (error) {
      this.refusal = problemText(error);
    }
  }
}
customElements.define("roles-card", RolesCard);
