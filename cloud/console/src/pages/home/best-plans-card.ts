import { css, html } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import type { Home } from "../../data/reports/home.ts";
import { money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";

type PlanSales = NonNullable<Home["plans"]>["week"];

/** The plans that bring the most money, as bars, of seven days; those of today have their figure beside. */
class BestPlansCard extends elementWith({
  today: property<PlanSales>([]),
  week: property<PlanSales>([]),
  currency: property(""),
  language: property(""),
}) {
  static override styles = [
    sharedStyles,
    css`
      ul {
        list-style: none;
        margin: 0.8rem 0 0;
        padding: 0;
        display: grid;
        gap: 0.7rem;
      }
      .line {
        display: flex;
        justify-content: space-between;
        gap: 1rem;
      }
      .bar {
        height: 10px;
        margin-top: 0.25rem;
        border-radius: var(--radius-pill);
        background: var(--well);
        overflow: hidden;
      }
      .bar span {
        display: block;
        height: 100%;
        border-radius: inherit;
        background: var(--brand);
      }
    `,
  ];

  override render() {
    const most = Math.max(1, ...this.week.map(({ takenCents }) => takenCents));
    return html`<section class="card pad">
      <h2>${say("bestPlans")}</h2>
      ${this.week.length === 0 ? html`<p class="soft below">${say("nothingSoldWeek")}</p>` : ""}
      <ul>
        ${this.week.map(({ planName, payments, takenCents }) => {
          const today = this.today.find((each) => each.planName === planName);
          return html`<li>
            <div class="line">
              <strong>${planTitle(planName)}</strong><span class="number">${money(takenCents, this.currency)}</span>
            </div>
            <div class="line soft">
              <span>${say("soldTimes", { count: payments })}</span><span>${say("soldToday", { count: today?.payments ?? 0 })}</span>
            </div>
            <div class="bar" aria-hidden="true"><span .style=${`width: ${Math.round((takenCents / most) * 100)}%`}></span></div>
          </li>`;
        })}
      </ul>
    </section>`;
  }
}
customElements.define("best-plans-card", BestPlansCard);
