import { html, nothing } from "lit";
import { elementWith, property, state } from "../../components/element-with.ts";
import { problemText } from "../../components/problem-text.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { ApiError, logIn } from "../../hub/api.ts";
import { say } from "../../strings/strings.ts";
import { guestStyles } from "./guest-styles.ts";
import "./send-again.ts";
import { readSignUpPolicy, type SignUpPolicy } from "./sign-up-policy.ts";

/** Addresses of those who are not logged in, also one that people type: behind the log-in there is nothing at them. */
const guestHashes: ReadonlySet<string> = new Set(["#/sign-up", "#/forgotten", "#/log-in", "#/login"]);

class LoginPage extends elementWith({
  /** The account has a second factor: its code is asked for. */
  needsCode: state(false),
  /** The address of a sign-up that waits for its confirmation. */
  unconfirmed: state(""),
  notice: property(""),
  language: property(""),
  busy: state(false),
  policy: state<SignUpPolicy>("open"),
  refusal: state(""),
}) {
  static override styles = [sharedStyles, guestStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    void readSignUpPolicy().then((policy) => (this.policy = policy));
  }

  override render() {
    const message = this.refusal || this.notice;
    return html`<section class="card">
      <div class="brand">
        <img src="/icon.svg" alt="" />
        <div>
          <h1>${say("product")}</h1>
          <p class="soft">${say("tagline")}</p>
        </div>
      </div>
      ${message === "" ? nothing : html`<p class="refusal" role="alert">${message}</p>`}
      ${this.unconfirmed === "" ? nothing : html`<send-again .email=${this.unconfirmed} .language=${this.language}></send-again>`}
      <form @submit=${this.#submit}>
        <label>${say("email")}<input name="email" type="email" autocomplete="username" required /></label>
        <label>${say("password")}<input name="password" type="password" autocomplete="current-password" required /></label>
        ${
          this.needsCode
            ? html`<label
                >${say("code")}<input name="code" autocomplete="one-time-code" required /><span class="hint"
                  >${say("orRecoveryCode")}</span
                ></label
              >`
            : nothing
        }
        <button class="primary" ?disabled=${this.busy}>${this.busy ? say("loggingIn") : say("logIn")}</button>
      </form>
      <p class="links">
        <a href="#/forgotten">${say("forgotPassword")}</a>
        ${this.policy === "open" ? html`<a href="#/sign-up">${say("signUp")}</a>` : nothing}
      </p>
    </section>`;
  }

  async #submit(event: SubmitEvent) {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    this.busy = true;
    this.refusal = "";
    this.unconfirmed = "";
    try {
      const user = await logIn(
        String(form.get("email")),
        String(form.get("password")),
        form.get("code") as string | null,
      );
      if (guestHashes.has(location.hash)) location.hash = "#/";
      this.dispatchEvent(new CustomEvent("logged-in", { detail: user }));
    } catch (error) {
      const code = error instanceof ApiError ? error.code : "";
      const isFirst = code === "second-factor-required" && !this.needsCode;
      this.needsCode ||= code === "second-factor-required";
      if (code === "address-not-confirmed") this.unconfirmed = String(form.get("email")).trim();
      this.refusal = isFirst ? say("typeCode") : refusalOf(error);
      await this.updateComplete;
      if (this.needsCode) this.renderRoot.querySelector<HTMLElement>('[name="code"]')?.focus();
    }
    this.busy = false;
  }
}
customElements.define("login-page", LoginPage);

function refusalOf(error: unknown): string {
  if (!(error instanceof ApiError) || error.status === 0) return say("hubAway");
  if (error.code === "wrong-code") return say("wrongCode");
  if (error.code === "address-not-confirmed") return say("addressNotConfirmed");
  if (error.status === 429) return say("tooManyTries");
  return error.status === 401 || error.status === 400 ? say("badLogIn") : problemText(error);
}
