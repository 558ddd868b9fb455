import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { frameStyles } from "../../frame/frame-styles.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { type OwnSubscription, ownSubscriptionPath } from "./platform-billing.ts";

const againMs = 5 * 60_000;
/** Before its end a trial is nobody's worry. */
const trialShownMs = 3 * 86_400_000;

type Subscription = NonNullable<OwnSubscription["subscription"]>;

/** Above every page: the provider owes the platform, or its trial ends soon. It leads to where that is paid. */
class SubscriptionBand extends appElement({ language: property("") }) {
  readonly #own = new ReadController<OwnSubscription>(this, { path: () => ownSubscriptionPath });
  #timer: ReturnType<typeof setInterval> | null = null;
  readonly #again = () => {
    if (document.visibilityState === "visible") void this.#own.reload();
  };

  static override styles = [sharedStyles, frameStyles];

  override connectedCallback() {
    super.connectedCallback();
    this.#timer = setInterval(this.#again, againMs);
    window.addEventListener("hashchange", this.#again);
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    if (this.#timer !== null) clearInterval(this.#timer);
    window.removeEventListener("hashchange", this.#again);
  }

  override render() {
    const subscription = this.#own.value?.subscription ?? null;
    const text = subscription === null ? null : this.#text(subscription);
    if (text === null) return nothing;
    return html`<p class="band" role="status"><span>${text}</span> <a href="#/karibu-plan">${say("karibuPlan")}</a></p>`;
  }

  /** Null: nothing to say. */
  #text({
    state,
    plan,
    nextPlan,
    trialEndsAtMs,
    owedCents,
    owedCurrency,
    readOnlyFromMs,
  }: Subscription): string | null {
    const amount = money(owedCents, owedCurrency);
    const at = (atMs: number) => dateTime(atMs, this.app.zone);
    switch (state) {
      case "stopped":
        return say("bandStopped", { amount });
      case "read-only":
        return say("bandReadOnly", { amount });
      case "arrears":
        return readOnlyFromMs === null
          ? say("bandArrears", { amount })
          : say("bandArrearsUntil", { amount, time: at(readOnlyFromMs) });
      case "trial":
        // Of a free plan nothing ends.
        if ((nextPlan ?? plan).priceCents === 0) return null;
        return trialEndsAtMs - Date.now() < trialShownMs ? say("bandTrial", { time: at(trialEndsAtMs) }) : null;
      default:
        return null;
    }
  }
}
customElements.define("subscription-band", SubscriptionBand);
