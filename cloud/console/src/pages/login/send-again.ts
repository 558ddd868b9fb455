import { css, html } from "lit";
import { elementWith, property, state } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { ApiError, postWithoutLogIn } from "../../hub/api.ts";
import { say } from "../../strings/strings.ts";

/** For a sign-up whose e-mail did not arrive: the button that sends it again. */
class SendAgain extends elementWith({
  email: property(""),
  language: property(""),
  step: state<"ready" | "sending" | "sent" | "wait" | "failed">("ready"),
}) {
  static override styles = [
    sharedStyles,
    css`
      :host {
        display: grid;
        gap: 0.6rem;
        justify-items: start;
      }
      p {
        margin: 0;
      }
    `,
  ];

  override render() {
    const told = {
      ready: "mailNotThere",
      sending: "mailNotThere",
      sent: "mailSentAgain",
      wait: "tooManyTries",
      failed: "hubAway",
    } as const;
    return html`<p class="soft" role="status">${say(told[this.step])}</p>
      <button ?disabled=${this.step === "sending"} @click=${this.#send}>${say("sendItAgain")}</button>`;
  }

  async #send() {
    this.step = "sending";
    try {
      await postWithoutLogIn("/api/v1/sign-up/send-again", { email: this.email });
      this.step = "sent";
    } catch (error) {
      this.step = error instanceof ApiError && error.status === 429 ? "wait" : "failed";
    }
  }
}
customElements.define("send-again", SendAgain);
