import { css, html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { problemText } from "../../components/problem-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type Names, readNamesOrFail } from "../../data/names.ts";
import { siteCheckStyles, siteChecks } from "../../pages/sites/site-checks.ts";
import { say } from "../../strings/strings.ts";
import { type OperatorTunnel, openTunnel } from "./operator-tunnels.ts";
import { type KeyPair, makeKeyPair } from "./wireguard-key.ts";

/** `privateKey`: null where the person gave a public key of his own. */
export interface OpenedTunnel {
  readonly tunnel: OperatorTunnel;
  readonly privateKey: string | null;
}

const hoursMax = 12;

/** A tunnel of one's own: which sites, how long, and by which key. */
class TunnelForm extends appElement({
  busy: state(false),
  refusal: state(""),
  /** Undefined: not tried yet. Null: this browser makes no keys. */
  keys: state<KeyPair | null | undefined>(undefined),
}) {
  readonly #sites = new ReadController<Names>(this, { read: () => readNamesOrFail("sites") });

  static override styles = [
    sharedStyles,
    siteCheckStyles,
    css`
      .fields {
        display: grid;
        gap: 1rem;
        grid-template-columns: repeat(auto-fit, minmax(min(220px, 100%), 1fr));
        align-items: start;
      }
      .fields label {
        display: block;
        font-weight: 600;
      }
      legend {
        font-weight: 600;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    void makeKeyPair().then((keys) => {
      this.keys = keys;
    });
  }

  override render() {
    return this.#sites.render((sites) =>
      sites.size === 0 ? html`<p class="soft">${say("winboxNoSites")}</p>` : this.#form(sites),
    );
  }

  #form(sites: Names) {
    return html`<form @submit=${this.#send}>
      ${this.refusal === "" ? nothing : html`<p class="notice bad" role="alert">${this.refusal}</p>`}
      <div class="fields">
        <label>${say("name")}<input name="name" required maxlength="60" autocomplete="off" /><span class="hint">${say("winboxNameHint")}</span></label>
        <label>${say("winboxHours")}<input name="hours" type="number" value="2" min="1" max=${hoursMax} required /><span class="hint">${say("winboxHoursHint")}</span></label>
        ${
          this.keys === null
            ? html`<label>${say("winboxOwnKey")}<input name="publicKey" class="mono" required minlength="44" maxlength="44" autocomplete="off" /><span class="hint">${say("winboxOwnKeyHint")}</span></label>`
            : nothing
        }
      </div>
      <fieldset>
        <legend>${say("winboxSites")}</legend>
        ${siteChecks(sites, sites.size === 1 ? [...sites.keys()] : [])}
      </fieldset>
      <p><button class="primary" ?disabled=${this.busy || this.keys === undefined}>${this.busy ? say("working") : say("winboxOpen")}</button></p>
    </form>`;
  }

  async #send(event: SubmitEvent) {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const siteIds = data.getAll("site").map(String);
    if (siteIds.length === 0) {
      this.refusal = `${say("winboxSites")}: ${say("isNeeded")}`;
      return;
    }
    this.busy = true;
    this.refusal = "";
    try {
      const { keys } = this;
      const publicKey = keys?.publicKey ?? String(data.get("publicKey")).trim();
      const tunnel = await openTunnel({
        name: String(data.get("name")),
        hours: Number(data.get("hours")),
        publicKey,
        siteIds,
      });
      const detail: OpenedTunnel = { tunnel, privateKey: keys?.privateKey ?? null };
      // A key is used once.
      if (keys !== null) this.keys = await makeKeyPair();
      this.dispatchEvent(new CustomEvent("done", { detail }));
    } catch (error) {
      this.refusal = problemText(error);
    }
    this.busy = false;
  }
}
customElements.define("tunnel-form", TunnelForm);
