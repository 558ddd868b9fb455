import { css, html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import {
  previewTakeover,
  type TakenPlan,
  type TakenUser,
  type TakeoverPreview,
} from "../../data/catalogue/takeover.ts";
import { byteSize, dateTime, duration } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import "../../components/action-form.ts";
import "../../components/table/data-table.ts";

const tones: Record<TakenUser["fate"], string> = { voucher: "good", grant: "good", account: "good", left: "warn" };

/** What another system's users would become here: a file is read, and nothing is changed. */
class TakeoverPage extends appElement({
  preview: state<TakeoverPreview | null>(null),
}) {
  static override styles = [
    sharedStyles,
    tileStyles,
    css`
      section {
        margin-bottom: 1rem;
      }
      li {
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    return html`<div class="head"><h1>${say("takeover")}</h1></div>
      <section class="card pad">
        <p>${say("takeoverWhat")}</p>
        <ul>
          <li>${say("takeoverExport")} <code class="mono">/export show-sensitive file=karibu</code></li>
          <li>${say("takeoverDump")} <code class="mono">mysqldump</code></li>
        </ul>
        <action-form
          .fields=${[
            { name: "file", label: say("takeoverFile"), type: "file", required: true, hint: say("takeoverFileHint") },
            {
              name: "offset",
              label: say("takeoverOffset"),
              type: "number",
              value: String(this.app.zone.utcOffsetMinutes / 60),
              hint: say("takeoverOffsetHint"),
              required: true,
            },
          ]}
          submitText=${say("takeoverRead")}
          .submit=${this.#read}
        ></action-form>
      </section>
      ${this.preview === null ? nothing : this.#result(this.preview)}`;
  }

  readonly #read = async (values: Values) => {
    this.preview = await previewTakeover(String(values.file), Math.round(Number(values.offset) * 60));
  };

  #result(preview: TakeoverPreview) {
    const { counts, source, warnings, warningsNotShown } = preview;
    const shown = (count: number) => count.toLocaleString("en");
    return html`<h2 class="between">${say("takeoverFound", { source: word("source", source) })}</h2>
      <p class="notice" role="status">${say("takeoverNothingChanged")}</p>
      <div class="tiles">
        ${tile(say("fates_voucher"), shown(counts.voucher), say("fateWhat_voucher"))}
        ${tile(say("fates_grant"), shown(counts.grant), say("fateWhat_grant"))}
        ${tile(say("fates_account"), shown(counts.account), say("fateWhat_account"))}
        ${tile(say("fates_left"), shown(counts.left), say("fateWhat_left"))}
      </div>
      ${
        warnings.length === 0
          ? nothing
          : html`<section class="card pad">
              <h2>${say("takeoverWarnings")}</h2>
              <ul>
                ${warnings.map(
                  ({ code, line, what }) =>
                    html`<li>
                      ${word("takeoverWarning", code)}${what === "" ? nothing : html` <span class="mono">${what}</span>`}
                      ${line === 0 ? nothing : html`<span class="soft">${say("takeoverLine", { line })}</span>`}
                    </li>`,
                )}
              </ul>
              ${warningsNotShown === 0 ? nothing : html`<p class="soft">${say("takeoverMore", { count: warningsNotShown })}</p>`}
            </section>`
      }
      <section class="card">
        <data-table
          caption=${say("plans")}
          emptyText=${say("takeoverNoPlans")}
          .rows=${preview.plans}
          .columns=${[
            { label: say("plan"), cell: (row: TakenPlan) => html`<strong>${row.name}</strong>` },
            { label: say("price"), cell: (row: TakenPlan) => row.price ?? say("none") },
            { label: say("takeoverLimits"), cell: (row: TakenPlan) => limitsOf(row) },
            {
              label: say("takeoverHere"),
              cell: (row: TakenPlan) =>
                row.planId === null
                  ? html`<span class="badge warn">${say("takeoverNewPlan")}</span>`
                  : html`<span class="badge good">${say("takeoverSamePlan")}</span>`,
            },
            { label: say("fates_voucher"), cell: (row: TakenPlan) => shown(row.counts.voucher) },
            { label: say("fates_grant"), cell: (row: TakenPlan) => shown(row.counts.grant) },
            { label: say("fates_account"), cell: (row: TakenPlan) => shown(row.counts.account) },
          ]}
        ></data-table>
      </section>
      <section class="card">
        <data-table
          caption=${say("takeoverUsers")}
          emptyText=${say("takeoverNoUsers")}
          .rows=${preview.users}
          .columns=${[
            {
              label: say("name"),
              cell: (row: TakenUser) =>
                html`<strong class="mono">${row.name}</strong>${row.fullName === null ? nothing : html`<br /><span class="soft">${row.fullName}</span>`}`,
            },
            { label: say("plan"), cell: (row: TakenUser) => row.plan },
            {
              label: say("takeoverBecomes"),
              cell: (row: TakenUser) =>
                html`<span class="badge ${tones[row.fate]}">${word("fate", row.fate)}</span>
                  ${row.doubts.map((doubt) => html`<span class="badge bad">${word("doubt", doubt)}</span> `)}`,
            },
            { label: say("takeoverLeft"), cell: (row: TakenUser) => this.#leftOf(row) },
          ]}
        ></data-table>
        ${preview.usersNotShown === 0 ? nothing : html`<p class="soft pad">${say("takeoverMore", { count: preview.usersNotShown })}</p>`}
      </section>`;
  }

  #leftOf({ endsAtMs, secondsLeft, bytesLeft, fate }: TakenUser) {
    if (fate === "left") return say("none");
    const parts = [
      ...(endsAtMs === null ? [] : [dateTime(endsAtMs, this.app.zone)]),
      ...(endsAtMs === null && secondsLeft !== null ? [duration(secondsLeft)] : []),
      ...(bytesLeft === null ? [] : [byteSize(bytesLeft)]),
    ];
    return parts.length === 0 ? say("none") : parts.join(" · ");
  }
}

function limitsOf(plan: TakenPlan): string {
  const speed = (kbps: number) => `${(kbps / 1000).toLocaleString("en", { maximumFractionDigits: 1 })} Mbps`;
  const parts = [
    ...(plan.validitySeconds === null ? [] : [duration(plan.validitySeconds)]),
    ...(plan.useSeconds === null ? [] : [duration(plan.useSeconds)]),
    ...(plan.dataBytes === null ? [] : [byteSize(plan.dataBytes)]),
    ...(plan.downKbps === null ? [] : [speed(plan.downKbps)]),
  ];
  return parts.length === 0 ? say("none") : parts.join(" · ");
}
customElements.define("takeover-page", TakeoverPage);
