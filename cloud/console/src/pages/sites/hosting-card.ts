import { html, nothing } from "lit";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { Deeds } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type Hosting, setHosting, sitePath } from "../../data/fleet/sites.ts";
import type { Desk } from "../../desk.ts";
import { say } from "../../strings/strings.ts";

/** Whether a site's agent runs on its router or beside the hub, and what its router must then be told. */
class HostingCard extends elementWith({
  desk: property<Desk>(),
  siteId: property(""),
  /** The site's. */
  name: property(""),
  /** The RADIUS secret, while it is shown. */
  secret: state(""),
}) {
  readonly #deeds = new Deeds(this);
  readonly #hosting = new ReadController<Hosting>(this, {
    path: () => `${sitePath(this.siteId)}/hosting`,
    topics: ["site"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const mayChange = this.desk.user.permissions.includes("sites.manage");
    return this.#hosting.render(
      (hosting) => html`<section class="card pad">
        ${this.#deeds.notice()}
        <h2>${say("hosting")}</h2>
        <p class="below">
          <span class="badge ${hosting.hostRevoked ? "bad" : ""}">${say(hosting.hosted ? "besideTheHub" : "onItsRouter")}</span>
        </p>
        ${hosting.hostRevoked ? html`<p class="notice bad below">${say("hostWasRevoked")}</p>` : nothing}
        ${hosting.hosted ? this.#facts(hosting) : html`<p class="soft below">${say("hostingWhy")}</p>`}
        ${this.secret === "" ? nothing : this.#secret()} ${mayChange ? this.#buttons(hosting) : nothing}
      </section>`,
    );
  }

  #facts(hosting: Hosting) {
    const mono = (text: string | null) => (text === null ? null : html`<span class="mono">${text}</span>`);
    return facts([
      [say("host"), hosting.hostName],
      [say("routerInTunnel"), mono(hosting.routerAddress)],
      [say("radiusServer"), mono(hosting.radiusServer)],
    ]);
  }

  #secret() {
    return html`<div class="below">
      <p><strong>${say("radiusSecret")}</strong> <span class="soft">${say("radiusSecretWhy")}</span></p>
      <pre class="mono secret below">${this.secret}</pre>
      <p class="row below">
        <button @click=${() => void navigator.clipboard?.writeText(this.secret)}>${say("copy")}</button>
        <button class="quiet" @click=${() => (this.secret = "")}>${say("close")}</button>
      </p>
    </div>`;
  }

  #buttons({ hosted, hostRevoked }: Hosting) {
    const { name } = this;
    if (!hosted)
      return html`<p class="row below">
        <button @click=${() => this.#sure("hostSure", "hostIt", true)}>${say("hostIt")}</button>
      </p>`;
    return html`<p class="row below">
      ${
        hostRevoked
          ? html`<button class="primary" @click=${() => this.#set(true)}>${say("hostAnew")}</button>`
          : this.secret === ""
            ? html`<button aria-label="${say("showRadiusSecret")}: ${name}" @click=${() => this.#set(true)}>${say("showRadiusSecret")}</button>`
            : nothing
      }
      <button class="quiet danger" @click=${() => this.#sure("unhostSure", "unhostIt", false)}>${say("unhostIt")}</button>
    </p>`;
  }

  async #sure(question: "hostSure" | "unhostSure", yes: "hostIt" | "unhostIt", hosted: boolean): Promise<void> {
    if (await ask(say(question, { name: this.name }), say(yes))) await this.#set(hosted);
  }

  /** Asked for again, a hosted site stays where it is, and its secret is told again. */
  async #set(hosted: boolean): Promise<void> {
    await this.#deeds.run(
      "hosting",
      () => setHosting(this.siteId, hosted),
      ({ radiusSecret }) => {
        this.secret = radiusSecret ?? "";
        return "";
      },
    );
    await this.#hosting.reload();
  }
}
customElements.define("hosting-card", HostingCard);
