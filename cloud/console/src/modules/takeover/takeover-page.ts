import { css, html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { type Names, readNames } from "../../data/names.ts";
import { byteSize, dateTime, duration } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import {
  listTakeovers,
  previewTakeover,
  type SourceCount,
  type TakenPlan,
  type TakenUser,
  type Takeover,
  type TakeoverPreview,
  type TakeoverSource,
} from "./takeovers.ts";
import "../../components/action-form.ts";
import "../../components/table/data-table.ts";
import "./customer-takeovers.ts";
import "./takeover-card.ts";
import "./takeover-total.ts";

const tones: Record<TakenUser["fate"], string> = { voucher: "good", grant: "good", account: "good", left: "warn" };

interface Standing {
  readonly open: readonly Takeover[];
  readonly sites: Names;
}

/** Another system's users: what they would become here, and each takeover that is under way. */
class TakeoverPage extends appElement({
  preview: state<TakeoverPreview | null>(null),
  source: state<TakeoverSource | null>(null),
}) {
  readonly #standing = new ReadController<Standing>(this, {
    read: async () => ({
      open: (await listTakeovers({ cursor: null })).items.filter(({ state: stands }) => stands !== "withdrawn"),
      sites: await readNames("sites", this.app.user),
    }),
    topics: ["site"],
  });

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
      ${this.#standing.render(({ open, sites }) =>
        open.length === 0
          ? nothing
          : html`${open.map(
              (takeover) =>
                html`<takeover-card
                  .app=${this.app}
                  .takeover=${takeover}
                  .siteName=${sites.get(takeover.siteId) ?? takeover.siteId}
                  @done=${() => this.#standing.reload()}
                ></takeover-card>`,
            )}`,
      )}
      <section class="card pad">
        <p>${say("takeoverWhat")}</p>
        <ul>
          <li>${say("takeoverExport")} <code class="mono">/export show-sensitive file=karibu</code></li>
          <li>${say("takeoverDump")} <code class="mono">mysqldump</code>, <code class="mono">pg_dump</code></li>
        </ul>
        <action-form
          .fields=${[
            {
              name: "from",
              label: say("takeoverSource"),
              type: "select",
              value: "",
              options: [
                { value: "", label: say("takeoverAFile") },
                ...[...(this.#standing.value?.sites ?? [])].map(([value, name]) => ({
                  value,
                  label: say("takeoverRouterOf", { site: name }),
                })),
              ],
            },
            { name: "file", label: say("takeoverFile"), type: "file", hint: say("takeoverFileHint") },
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
      ${this.preview === null ? nothing : this.#result(this.preview)}
      <customer-takeovers .app=${this.app} .sites=${this.#standing.value?.sites ?? new Map()}></customer-takeovers>`;
  }

  readonly #read = async ({ from, file, offset }: Values) => {
    const utcOffsetMinutes = Math.round(Number(offset) * 60);
    const source: TakeoverSource =
      from === null || from === ""
        ? { file: String(file ?? ""), utcOffsetMinutes }
        : { fromSiteId: String(from), utcOffsetMinutes };
    this.preview = null;
    this.preview = await previewTakeover(source);
    this.source = source;
  };

  #result(preview: TakeoverPreview) {
    const { counts, source, warnings, warningsNotShown, refused, refusedNotShown } = preview;
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
      ${
        refused.length === 0
          ? nothing
          : html`<section class="card pad">
              <h2>${say("takeoverRefused")}</h2>
              <ul>
                ${refused.map(
                  ({ code, line, what }) =>
                    html`<li>
                      ${word("refusedRow", code)} <span class="mono">${what}</span>
                      ${line === 0 ? nothing : html`<span class="soft">${say("takeoverLine", { line })}</span>`}
                    </li>`,
                )}
              </ul>
              ${refusedNotShown === 0 ? nothing : html`<p class="soft">${say("takeoverMore", { count: refusedNotShown })}</p>`}
            </section>`
      }
      <h2 class="between">${say("takeoverSources")}</h2>
      <section class="card">
        <data-table
          caption=${say("takeoverSources")}
          emptyText=${say("takeoverNoUsers")}
          .rows=${preview.sources}
          .columns=${[
            {
              label: say("takeoverFrom"),
              cell: (row: SourceCount) => html`<strong>${word("origin", row.from)}</strong>`,
            },
            { label: say("takeoverFoundRows"), cell: (row: SourceCount) => shown(row.found) },
            { label: say("takeoverReadRows"), cell: (row: SourceCount) => shown(row.read) },
            { label: say("takeoverDoubtfulRows"), cell: (row: SourceCount) => shown(row.doubtful) },
            { label: say("takeoverRefusedRows"), cell: (row: SourceCount) => shown(row.refused) },
          ]}
        ></data-table>
      </section>
      <h2 class="between">${say("plans")}</h2>
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
      <h2 class="between">${say("takeoverUsers")}</h2>
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
        ${preview.counts.account === 0 ? nothing : html`<p class="soft pad">${say("takeoverAccounts")}</p>`}
        ${preview.usersNotShown === 0 ? nothing : html`<p class="soft pad">${say("takeoverMore", { count: preview.usersNotShown })}</p>`}
      </section>
      ${
        this.source === null
          ? nothing
          : html`<takeover-total
              .app=${this.app}
              .source=${this.source}
              .sites=${this.#standing.value?.sites ?? new Map()}
              .system=${source}
              .routers=${preview.routers}
              @taken=${this.#done}
            ></takeover-total>`
      }`;
  }

  readonly #done = async () => {
    this.preview = null;
    this.source = null;
    await this.#standing.reload();
  };

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
