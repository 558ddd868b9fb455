import { html, nothing, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { checkBadge } from "../../components/states/check-badge.ts";
import {
  checkMail,
  checkOutageCredit,
  checkSms,
  checkSubdomain,
  checkTime,
  checkTunnel,
} from "../../data/tenancy/setting-checks.ts";
import { dateTimeSeconds } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { outageText, subdomainText } from "./check-words.ts";
import "./site-check.ts";

type CheckName = "mail" | "sms" | "time" | "tunnel" | "subdomain" | "outage";

interface Found {
  /** Null: there is nothing to try. */
  readonly isGood: boolean | null;
  /** In the language of the moment. */
  readonly text: () => string;
}

/** Each setting with a button that really tries it, and what happened in plain words. */
class ChecksCard extends appElement({
  found: state<Readonly<Partial<Record<CheckName, Found>>>>({}),
  phone: state(""),
}) {
  readonly #actions = new PageActions(this);

  override render() {
    return html`<h2 class="between">${say("settingChecks")}</h2>
      <section class="card pad panel">
        <p class="soft panel">${say("settingChecksWhy")}</p>
        ${this.#row("mail", say("checkMailWhy", { address: this.app.user.email }), () => this.#mail())}
        ${this.#row(
          "sms",
          say("checkSmsWhy"),
          () => this.#sms(),
          html`<label class="below"
            >${say("checkPhone")}<input
              type="tel"
              autocomplete="tel"
              .value=${this.phone}
              @input=${(event: Event) => (this.phone = (event.target as HTMLInputElement).value)}
          /></label>`,
          this.phone.trim() === "",
        )}
        ${this.#row("time", say("checkTimeWhy"), () => this.#time())}
        ${this.#row("tunnel", say("checkTunnelWhy"), () => this.#tunnel())}
        ${this.#row("subdomain", say("checkSubdomainWhy"), () => this.#subdomain())}
        ${this.#row("outage", say("checkOutageWhy"), () => this.#outage())}
        ${this.may("channels.read") ? html`<p class="below"><a href="#/channels">${say("checkChannelsThere")}</a></p>` : nothing}
        ${this.may("routers.read") ? html`<site-check .app=${this.app}></site-check>` : nothing}
      </section>`;
  }

  #row(
    name: CheckName,
    why: string,
    run: () => unknown,
    more: TemplateResult | typeof nothing = nothing,
    isShut = false,
  ): TemplateResult {
    const found = this.found[name];
    return html`<div class="panel">
      <h3>${word("checkOf", name)}</h3>
      <p class="soft">${why}</p>
      ${more}
      <p class="row below">
        <button ?disabled=${isShut || this.#actions.busy !== ""} aria-label=${`${say("checkNow")}: ${word("checkOf", name)}`} @click=${run}>
          ${say("checkNow")}
        </button>
        <span role="status"
          >${found === undefined ? nothing : html`${found.isGood === null ? nothing : checkBadge(found.isGood)} ${found.text()}`}</span
        >
      </p>
    </div>`;
  }

  #tell(name: CheckName, isGood: boolean | null, text: () => string): string {
    this.found = { ...this.found, [name]: { isGood, text } };
    return "";
  }

  #mail() {
    return this.#actions.run("mail", checkMail, ({ outcome, by, to }) =>
      this.#tell("mail", outcome === "sent", () => `${word("mailBy", by)} ${word("mailOutcome", outcome, { to })}`),
    );
  }

  #sms() {
    return this.#actions.run(
      "sms",
      (key) => checkSms(this.phone.trim(), key),
      ({ outcome }) => this.#tell("sms", outcome === "taken", () => word("smsOutcome", outcome)),
    );
  }

  #time() {
    return this.#actions.run("time", checkTime, ({ atMs, utcOffsetMinutes }) => {
      const zone = { ...this.app.zone, utcOffsetMinutes };
      return this.#tell("time", true, () => say("timeOutcome", { time: dateTimeSeconds(atMs, zone) }));
    });
  }

  #tunnel() {
    return this.#actions.run("tunnel", checkTunnel, ({ endpoint, resolves, sites, fresh }) => {
      if (endpoint === null) return this.#tell("tunnel", null, () => say("tunnelNone"));
      const isGood = resolves !== "no" && fresh === sites;
      return this.#tell(
        "tunnel",
        isGood,
        () =>
          `${word("tunnelResolves", resolves, { endpoint })} ${say(sites === 0 ? "tunnelNoSites" : "tunnelSites", { sites, fresh })}`,
      );
    });
  }

  #subdomain() {
    return this.#actions.run("subdomain", checkSubdomain, (found) =>
      this.#tell("subdomain", found.outcome === "none" ? null : found.outcome === "answers", () =>
        subdomainText(found),
      ),
    );
  }

  #outage() {
    return this.#actions.run("outage", checkOutageCredit, (found) =>
      this.#tell("outage", found.isOn ? true : null, () => outageText(found, this.app.zone)),
    );
  }
}
customElements.define("checks-card", ChecksCard);
