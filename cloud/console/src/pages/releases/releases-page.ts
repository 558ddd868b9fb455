import { css, html, nothing, type TemplateResult } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import "../../components/fields/file-picker.ts";
import { PageActions } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listCard } from "../../components/table/list-page.ts";
import type { Column } from "../../components/table/table-columns.ts";
import {
  changeReleaseChannel,
  changeSiteRelease,
  listReleaseChannels,
  listReleases,
  listSiteReleases,
  type Release,
  type ReleaseChannel,
  type SiteRelease,
  type SiteScope,
  switchReleaseChannel,
  uploadRelease,
} from "../../data/fleet/releases.ts";
import { byteSize, dateTime } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import type { ChannelChange } from "./channel-card.ts";
import "./channel-card.ts";
import { outcomeOf, reasonOf } from "./release-words.ts";

/** The hub checks all sites once a minute; platform admins get no live events of sites. */
const reloadEveryMs = 15_000;

/** Which release of the agent each site runs. Owners pin their sites; platform admins choose the release of each channel. */
class ReleasesPage extends appElement({
  channels: state<readonly ReleaseChannel[]>([]),
  /** Null: not known yet. */
  takesBundles: state<boolean | null>(null),
}) {
  readonly #actions = new PageActions(this);
  #timer: ReturnType<typeof setInterval> | undefined;
  readonly #releases = new ListController<Release>(this, {
    read: listReleases,
    topics: [],
  });
  readonly #sites = new ListController<SiteRelease>(this, {
    read: (query) => listSiteReleases(query, this.#scope),
    topics: ["site"],
  });

  override connectedCallback() {
    super.connectedCallback();
    queueMicrotask(() => {
      if (!this.#manages) return;
      void this.#reload();
      this.#timer = setInterval(() => void this.#reload(), reloadEveryMs);
    });
  }

  override disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this.#timer);
  }

  static override styles = [
    sharedStyles,
    css`
      .channels {
        display: grid;
        gap: 1rem;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr));
        margin-bottom: 1rem;
      }
      .upload {
        display: flex;
        flex-wrap: wrap;
        gap: 0.8rem;
        align-items: end;
        margin-bottom: 1rem;
      }
      .upload .label {
        display: grid;
        gap: 0.35rem;
        font-weight: 600;
      }
      .upload :is(label, .label) {
        flex: 1 1 220px;
      }
    `,
  ];

  get #busy(): boolean {
    return this.#actions.busy !== "";
  }

  get #scope(): SiteScope {
    return this.#manages ? "platform" : "provider";
  }

  get #manages(): boolean {
    return this.may("releases.manage");
  }

  override render() {
    return html`<div class="head"><h1>${say("releases")}</h1></div>
      ${this.#manages ? this.#stages() : nothing}
      <h2 class="between">${say("versionsBySite")}</h2>
      ${listCard(this.#sites, { title: say("versionsBySite"), emptyText: say("noSites"), columns: this.#siteColumns() })}
      <h2 class="between">${say("allReleases")}</h2>
      ${listCard(this.#releases, {
        title: say("allReleases"),
        emptyText: say("noReleases"),
        columns: [
          { label: say("release"), cell: (row) => html`<strong>${row.version}</strong>` },
          { label: say("notes"), cell: (row) => row.notes || say("none") },
          { label: say("size"), numeric: true, cell: (row) => byteSize(row.bytes) },
          { label: say("since"), cell: (row) => dateTime(row.createdAtMs, this.app.zone) },
        ],
      })}`;
  }

  #stages() {
    return html`<div class="channels">
        ${this.channels.map(
          (channel) => html`<channel-card
            .channel=${channel}
            .releases=${this.#releases.rows ?? []}
            ?busy=${this.#busy}
            @channel-change=${(event: CustomEvent<ChannelChange>) => void this.#turn(event.detail)}
          ></channel-card>`,
        )}
      </div>
      ${this.#upload()}`;
  }

  /** A hub without a key would refuse every bundle: it says how one is made. */
  #upload() {
    if (this.takesBundles === null) return nothing;
    if (!this.takesBundles)
      return html`<section class="card pad panel"><p>${say("noReleaseKey")}</p><p class="soft">${say("noReleaseKeyWhat")}</p></section>`;
    return html`<form class="card pad upload" @submit=${this.#send}>
        <div class="label">
          <span>${say("bundleFile")}</span>
          <file-picker name="bundle" label=${say("bundleFile")} accept=".karibu" required></file-picker>
        </div>
        <label>${say("notes")}<input name="notes" maxlength="2000" /></label>
        <button class="primary" ?disabled=${this.#busy}>${say("uploadBundle")}</button>
      </form>`;
  }

  #siteColumns(): Column<SiteRelease>[] {
    const mayPin = this.#manages || this.may("releases.pin");
    const columns: Column<SiteRelease>[] = [
      {
        label: say("site"),
        cell: (row) =>
          html`<strong>${row.siteName}</strong>${this.#manages ? html`<br /><span class="soft">${row.providerName}</span>` : nothing}`,
      },
      { label: say("runsNow"), cell: (row) => row.agentVersion ?? say("none") },
      { label: say("shouldRun"), cell: (row) => row.targetVersion ?? say("none") },
      { label: say("state"), cell: siteState },
    ];
    if (mayPin) columns.push({ label: say("pinned"), cell: (row) => this.#pin(row) });
    if (this.#manages) columns.push({ label: say("stage"), cell: (row) => this.#place(row) });
    return columns;
  }

  #pin(row: SiteRelease): TemplateResult {
    const choose = (event: Event) =>
      void this.#change(row, { pinnedReleaseId: (event.target as HTMLSelectElement).value || null });
    return html`<select aria-label="${say("pinned")}: ${row.siteName}" ?disabled=${this.#busy} @change=${choose}>
      <option value="" .selected=${row.pinnedReleaseId === null}>${say("followsChannel")}</option>
      ${(this.#releases.rows ?? []).map(
        (one) =>
          html`<option value=${one.releaseId} .selected=${one.releaseId === row.pinnedReleaseId}>${one.version}</option>`,
      )}
    </select>`;
  }

  #place(row: SiteRelease): TemplateResult {
    const value = row.channel === "early" ? "early" : row.goesFirst ? "first" : "stable";
    const choose = (event: Event) => {
      const chosen = (event.target as HTMLSelectElement).value;
      void this.#change(row, { channel: chosen === "early" ? "early" : "stable", goesFirst: chosen === "first" });
    };
    return html`<select aria-label="${say("stage")}: ${row.siteName}" ?disabled=${this.#busy} @change=${choose}>
      <option value="stable" .selected=${value === "stable"}>${say("channel_stable")}</option>
      <option value="first" .selected=${value === "first"}>${say("goesFirst")}</option>
      <option value="early" .selected=${value === "early"}>${say("channel_early")}</option>
    </select>`;
  }

  async #reload(): Promise<void> {
    const read = await listReleaseChannels().catch(() => null);
    if (read !== null) {
      this.channels = read.items;
      this.takesBundles = read.takesBundles;
    }
    await this.#sites.reload();
  }

  #turn({ channel, verb, ofReleaseId, releaseId, percent }: ChannelChange) {
    return this.#act(async () => {
      if (verb !== "save") await switchReleaseChannel(channel, verb, ofReleaseId);
      else await changeReleaseChannel(channel, { releaseId, percent: releaseId === null ? 0 : percent, ofReleaseId });
      return say("stageSaved");
    });
  }

  #change(row: SiteRelease, change: Parameters<typeof changeSiteRelease>[2]) {
    return this.#act(async () => {
      await changeSiteRelease(this.#scope, row.siteId, change);
      return say("siteNotified", { site: row.siteName });
    });
  }

  #send(event: SubmitEvent) {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const given = new FormData(form);
    return this.#act(async () => {
      const made = await uploadRelease(given.get("bundle") as File, String(given.get("notes") ?? ""));
      form.reset();
      await this.#releases.reload();
      return say("releaseUploaded", { version: made.version });
    });
  }

  /** `work` returns the text of the notice. */
  async #act(work: () => Promise<string>): Promise<void> {
    await this.#actions.run("release", work, (notice) => notice);
    await (this.#manages ? this.#reload() : this.#sites.reload());
  }
}
customElements.define("releases-page", ReleasesPage);

function siteState(row: SiteRelease): TemplateResult {
  const outcome = outcomeOf(row);
  const sayWhy = (why: string | null) => {
    const reason = reasonOf(why);
    return reason === null ? why : say(reason);
  };
  const why = sayWhy(row.outcomeWhy);
  const failedWhy = row.failedWhy === null ? "" : `: ${sayWhy(row.failedWhy)}`;
  return html`${
    outcome === null
      ? row.failedVersion === null
        ? say("none")
        : nothing
      : html`<span class="badge ${outcome.tone}">${say(outcome.word)}</span>`
  }
  ${why === null ? nothing : html`<span class="soft">${why}</span>`}
  ${row.failedVersion === null || row.failedVersion === row.targetVersion ? nothing : html`<span class="soft">${say("couldNotRun", { version: row.failedVersion })}${failedWhy}</span>`}`;
}
