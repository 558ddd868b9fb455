import { css, html, nothing } from "lit";
import { changeQuotas, ownQuotasPath, type Quota, type Quotas, quotasPathOf } from "../data/tenancy/quotas.ts";
import { byteSize } from "../strings/format.ts";
import { limitName } from "../strings/limit-name.ts";
import { say, word } from "../strings/strings.ts";
import type { Field, Values } from "./action-form.ts";
import { appElement } from "./app-element.ts";
import { property } from "./element-with.ts";
import { editCard } from "./form-card.ts";
import { PageActions } from "./page-actions.ts";
import { ReadController } from "./read-controller.ts";
import { sharedStyles } from "./shared-styles.ts";

/** From here on a meter is coloured: somebody should ask for more before it is reached. */
const nearlyFull = 0.8;

/** What the platform lets a provider have, and how much of it is used. */
class QuotaCard extends appElement({
  /** Of this provider, for platform admins, who may change it. Empty: the user's own. */
  providerId: property(""),
}) {
  readonly #quotas = new ReadController<Quotas>(this, {
    path: () => (this.providerId === "" ? ownQuotasPath : quotasPathOf(this.providerId)),
    topics: [],
  });
  readonly #actions = new PageActions(this, () => this.#quotas.reload());

  static override styles = [
    sharedStyles,
    css`
      ul {
        list-style: none;
        margin: 0.9rem 0 0;
        padding: 0;
        display: grid;
        gap: 0.9rem 2rem;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 300px), 1fr));
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 0 1rem;
      }
      .bar {
        height: 0.5rem;
        margin-top: 0.3rem;
        border-radius: 0.25rem;
        background: var(--line);
        overflow: hidden;
      }
      .bar > svg {
        display: block;
        width: 100%;
        height: 100%;
        fill: var(--brand);
      }
      .near .bar > svg {
        fill: var(--warn);
      }
      .full .bar > svg {
        fill: var(--bad);
      }
      .full .used {
        color: var(--bad);
        font-weight: 600;
      }
    `,
  ];

  override render() {
    const isPlatform = this.providerId !== "";
    const mayChange = isPlatform && this.may("providers.manage");
    return html`<h2 class="between">${say("quotas")}</h2>
      ${this.#quotas.render(
        ({ items }) => html`<section class="card pad panel">
            <p class="soft">${say(isPlatform ? "quotasOfProvider" : "quotasWhat")}</p>
            <ul>
              ${items.map(meter)}
            </ul>
            ${
              mayChange
                ? html`<p class="row below">
                    <button aria-expanded=${this.#quotas.edited !== null} @click=${() => this.#quotas.toggleEdit()}>
                      ${say("changeQuotas")}
                    </button>
                  </p>`
                : nothing
            }
          </section>
          ${mayChange ? this.#form() : nothing}`,
      )}`;
  }

  #form() {
    return editCard(this.#quotas, {
      fields: ({ items }) => items.map(fieldOf),
      submit: (values, etag) => changeQuotas(this.providerId, limitsOf(values), etag),
      done: async () => {
        this.#quotas.endEdit();
        await this.#quotas.reload();
        this.#actions.notify(say("saved"));
      },
    });
  }
}
customElements.define("quota-card", QuotaCard);

const isBytes = ({ kind }: Pick<Quota, "kind">) => kind.endsWith("-bytes");

function meter(quota: Quota) {
  const { kind, limit, used } = quota;
  const share = limit === 0 ? 1 : Math.min(1, used / limit);
  const amount = (value: number) => (isBytes(quota) ? byteSize(value) : value.toLocaleString("en"));
  const text = say("quotaUsed", { used: amount(used), limit: amount(limit) });
  return html`<li class=${share >= 1 ? "full" : share >= nearlyFull ? "near" : ""}>
    <div class="line">
      <span>${word("quota", kind)}</span>
      <span class="number used">${text}</span>
    </div>
    <div
      class="bar"
      role="meter"
      aria-label=${word("quota", kind)}
      aria-valuemin="0"
      aria-valuemax=${limit}
      aria-valuenow=${Math.min(used, limit)}
      aria-valuetext=${text}
    >
      <!-- No style attribute: the content security policy refuses it. -->
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect width=${(share * 100).toFixed(1)} height="1"></rect>
      </svg>
    </div>
  </li>`;
}

/** An empty field is the default. */
function fieldOf(quota: Quota): Field {
  const { kind, limit, defaultLimit } = quota;
  return {
    name: kind,
    label: limitName(kind),
    type: isBytes(quota) ? "data" : "number",
    min: 0,
    hint: say("quotaDefault", { count: isBytes(quota) ? byteSize(defaultLimit) : defaultLimit.toLocaleString("en") }),
    value: limit === defaultLimit ? null : limit,
  };
}

function limitsOf(values: Values): Record<string, number | null> {
  const read = (value: Values[string]) =>
    value === null || value === undefined || value === "" ? null : Number(value);
  return Object.fromEntries(Object.entries(values).map(([kind, value]) => [kind, read(value)]));
}
