import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { checkBadge } from "../../components/states/check-badge.ts";
import { examineRouter, type RouterHealth, tryRadius } from "../../data/fleet/router-health.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { locale, say, word } from "../../strings/strings.ts";

/** A site's agent looks at its router now: log-in, rights, RADIUS. What is wrong stands here with what to do. */
class SiteCheck extends appElement({
  sites: state<Names>(noNames),
  siteId: state(""),
  found: state<RouterHealth | null>(null),
  radius: state<Awaited<ReturnType<typeof tryRadius>> | null>(null),
}) {
  readonly #actions = new PageActions(this);

  override connectedCallback(): void {
    super.connectedCallback();
    queueMicrotask(async () => {
      this.sites = await readNames("sites", this.app.user).catch(() => noNames);
      this.siteId = [...this.sites.keys()][0] ?? "";
    });
  }

  override render() {
    return html`<div class="panel">
      <h3>${say("checkOf_site")}</h3>
      <p class="soft">${say("checkSiteWhy")}</p>
      ${this.sites.size === 0 ? html`<p class="below">${say("checkNoSites")}</p>` : this.#form()}
    </div>`;
  }

  #form() {
    return html`<label class="below"
        >${say("site")}<select @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value)}>
          ${[...this.sites].map(([id, name]) => html`<option value=${id} ?selected=${id === this.siteId}>${name}</option>`)}
        </select></label
      >
      <p class="row below">
        <button
          ?disabled=${this.#actions.busy !== ""}
          aria-label=${`${say("checkNow")}: ${say("checkOf_site")}`}
          @click=${this.#examine}
        >
          ${say("checkNow")}
        </button>
        <button
          ?disabled=${this.#actions.busy !== ""}
          aria-label=${`${say("checkNow")}: ${say("checkOf_site_radius")}`}
          @click=${this.#try}
        >
          ${say("checkOf_site_radius")}
        </button>
      </p>
      <div role="status">${this.radius === null ? nothing : this.#answer(this.radius)}</div>
      <div role="status">${this.found === null ? nothing : this.#result(this.found)}</div>`;
  }

  #answer({ why, kind, tookMs, asked }: Awaited<ReturnType<typeof tryRadius>>) {
    const text =
      why !== null
        ? word("reading", why)
        : word("radiusTry", kind ?? "no-answer", { ms: String(tookMs ?? 0), asked: asked.toLocaleString("en") });
    return html`<p>${checkBadge(kind === "answered")} ${text}</p>`;
  }

  #try() {
    const { siteId } = this;
    return this.#actions.run(
      "try",
      () => tryRadius(siteId),
      (answer) => {
        if (siteId === this.siteId) this.radius = answer;
        return "";
      },
    );
  }

  #result({ why, findings }: RouterHealth) {
    if (why !== null) return html`<p>${checkBadge(false)} ${word("reading", why)}</p>`;
    const troubles = findings.filter(({ level }) => level !== "notice");
    if (troubles.length === 0) return html`<p>${checkBadge(true)} ${say("siteOutcomeGood")}</p>`;
    return html`<p>${checkBadge(false)} ${say("siteOutcomeBad", { count: troubles.length })}</p>
      <ul>
        ${troubles.map(({ text, advice }) => html`<li>${text[locale()]} ${advice[locale()]}</li>`)}
      </ul>`;
  }

  #choose(siteId: string) {
    this.siteId = siteId;
    this.found = null;
    this.radius = null;
  }

  #examine() {
    const { siteId } = this;
    return this.#actions.run(
      "examine",
      () => examineRouter(siteId),
      (health) => {
        if (siteId === this.siteId) this.found = health;
        return "";
      },
    );
  }
}
customElements.define("site-check", SiteCheck);
