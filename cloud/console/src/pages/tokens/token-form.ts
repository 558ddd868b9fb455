import { css, html, nothing } from "lit";
import { elementWith, property, state } from "../../components/element-with.ts";
import { problemText } from "../../components/problem-text.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { addToken } from "../../data/identity/api-tokens.ts";
import { say } from "../../strings/strings.ts";
import { permissionWords } from "../staff/permission-words.ts";

const usual = "payments.sell";

/** A new API token: name, permissions, validity. */
class TokenForm extends elementWith({
  /** The permissions of the user: a token can have no others. */
  permissions: property<readonly string[]>([]),
  busy: state(false),
  refusal: state(""),
}) {
  static override styles = [
    sharedStyles,
    css`
      form {
        display: grid;
        gap: 1rem;
      }
      .fields {
        display: grid;
        gap: 1rem;
        grid-template-columns: repeat(auto-fit, minmax(min(220px, 100%), 1fr));
        align-items: start;
      }
      fieldset {
        border: 0;
        padding: 0;
        margin: 0;
        display: grid;
        column-gap: 1rem;
        grid-template-columns: repeat(auto-fill, minmax(min(210px, 100%), 1fr));
      }
      legend {
        font-weight: 600;
      }
      fieldset label {
        display: flex;
        align-items: center;
        gap: 0.6rem;
        min-height: 44px;
        font-weight: 400;
      }
      fieldset input {
        flex: none;
        width: 20px;
        min-height: 20px;
      }
    `,
  ];

  override render() {
    return html`<form @submit=${this.#send}>
      ${this.refusal === "" ? nothing : html`<p class="notice bad" role="alert">${this.refusal}</p>`}
      <div class="fields">
        <label>${say("name")}<input name="name" required maxlength="100" /><span class="hint">${say("tokenNameHint")}</span></label>
        <label>${say("daysValid")}<input name="days" type="number" value="90" min="1" max="730" required /></label>
        <label>${say("password")}<input name="password" type="password" autocomplete="current-password" maxlength="200" required /><span class="hint">${say("tokenPasswordHint")}</span></label>
      </div>
      <fieldset>
        <legend>${say("mayDo")}</legend>
        ${this.permissions.map(
          (one) =>
            html`<label
              ><input type="checkbox" name="scope" value=${one} .checked=${one === usual} /><span>${permissionWords(one)}</span></label
            >`,
        )}
      </fieldset>
      <p><button class="primary" ?disabled=${this.busy}>${this.busy ? say("working") : say("addToken")}</button></p>
    </form>`;
  }

  async #send(event: SubmitEvent) {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const scopes = data.getAll("scope").map(String);
    if (scopes.length === 0) {
      this.refusal = `${say("mayDo")}: ${say("isNeeded")}`;
      return;
    }
    this.busy = true;
    this.refusal = "";
    try {
      const detail = await addToken({
        name: String(data.get("name")),
        scopes: scopes as Parameters<typeof addToken>[0]["scopes"],
        expiresInDays: Number(data.get("days")),
        password: String(data.get("password")),
      });
      this.dispatchEvent(new CustomEvent("done", { detail }));
    } catch (error) {
      this.refusal = problemText(error);
    }
    this.busy = false;
  }
}
customElements.define("token-form", TokenForm);
