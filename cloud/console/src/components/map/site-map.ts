import { css, html, nothing, svg, type TemplateResult } from "lit";
import { say, word } from "../../strings/strings.ts";
import { elementWith, flag, property, state } from "../element-with.ts";
import { sharedStyles } from "../shared-styles.ts";
import { outlines } from "./outlines.ts";
import {
  type Cluster,
  clustered,
  fitting,
  fromScreen,
  onScreen,
  type Place,
  type Point,
  panned,
  project,
  type Size,
  tilesOf,
  unproject,
  type View,
  worldPixels,
  zoomed,
} from "./projection.ts";

export interface MapSite extends Place {
  readonly siteId: string;
  readonly name: string;
  readonly state: string;
}
export interface MapTiles {
  /** `https://…/{z}/{x}/{y}.png` */
  readonly pattern: string;
  readonly attribution: string;
}

/** The worst first: a cluster shows it. */
const states = ["offline", "error", "revoked", "pending", "online"] as const;
const panPixels = 60;
const outlineZoomMost = 6.5;
const clickPixelsMax = 5;

/**
 * Sites on a map, by state: shape and colour. It works by pointer and by keys: arrows move it, + and - zoom, Home shows all; each dot is a link, each
 * cluster a button. With `picking` the place that is clicked, or the middle by Enter, is dispatched as `pick`.
 */
class SiteMap extends elementWith({
  sites: property<readonly MapSite[]>([]),
  /** Null: outlines of the countries alone. */
  tiles: property<MapTiles | null>(null),
  /** A place that is marked: where a site is, or is about to be. */
  marked: property<Place | null>(null),
  picking: flag(),
  view: state<View | null>(null),
  size: state<Size>({ width: 0, height: 0 }),
  /** The sites of the cluster that was chosen last. */
  chosen: state<readonly MapSite[]>([]),
}) {
  #watch: ResizeObserver | null = null;
  #drag: { readonly from: Point; readonly view: View; moved: boolean } | null = null;

  static override styles = [
    sharedStyles,
    css`
      .frame {
        position: relative;
        height: min(60vh, 34rem);
        min-height: 18rem;
        border-radius: var(--radius-small);
        overflow: hidden;
        background: var(--well);
      }
      svg {
        display: block;
        width: 100%;
        height: 100%;
        cursor: grab;
        touch-action: none;
      }
      .picking svg {
        cursor: crosshair;
      }
      .land {
        fill: var(--surface);
        stroke: var(--ink-soft);
        stroke-width: 1;
      }
      .land.over {
        fill: none;
        opacity: 0.5;
      }
      .dot {
        stroke: var(--surface);
        stroke-width: 2;
      }
      .online {
        fill: var(--good);
      }
      .offline,
      .error {
        fill: var(--bad);
      }
      .pending {
        fill: var(--ink-soft);
      }
      .revoked {
        fill: var(--ink);
      }
      .count {
        fill: var(--surface);
        font-weight: 700;
        font-size: 13px;
        text-anchor: middle;
        dominant-baseline: central;
        pointer-events: none;
      }
      .mark {
        fill: none;
        stroke: var(--brand);
        stroke-width: 3;
      }
      .target {
        fill: transparent;
      }
      a:focus-visible .target,
      g[role="button"]:focus-visible .target {
        stroke: var(--brand);
        stroke-width: 3;
      }
      .tools {
        position: absolute;
        top: var(--space-2);
        right: var(--space-2);
        display: grid;
        gap: var(--space-2);
      }
      .tools button {
        display: grid;
        place-items: center;
        width: 44px;
        height: 44px;
        padding: 0;
      }
      .by {
        position: absolute;
        right: 0;
        bottom: 0;
        padding: 0 var(--space-2);
        background: var(--surface);
        font-size: 0.75rem;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: var(--space-2) var(--space-4);
        margin-top: var(--space-3);
      }
      .legend span {
        display: inline-flex;
        align-items: center;
        gap: var(--space-2);
      }
      .legend svg {
        width: 22px;
        height: 22px;
      }
    `,
  ];

  override firstUpdated(): void {
    this.#watch = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      this.size = { width, height };
      if (this.view === null) this.#fit();
    });
    this.#watch.observe(this.renderRoot.querySelector(".frame") as Element);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch?.disconnect();
  }

  /** Sites that came after the map was drawn are brought into view; one that only changed its state moves nothing. */
  override willUpdate(changed: Map<string, unknown>): void {
    const before = changed.get("sites") as readonly MapSite[] | undefined;
    if (before === undefined || before.length === this.sites.length) return;
    this.chosen = [];
    if (this.size.width > 0) this.#fit();
  }

  #fit(): void {
    const view = fitting(this.marked === null ? this.sites : [this.marked], this.size);
    // Without tiles the outlines are all there is to see.
    this.view = this.tiles === null ? { ...view, zoom: Math.min(view.zoom, outlineZoomMost) } : view;
  }

  override render() {
    const { view, size } = this;
    return html`<div class="frame ${this.picking ? "picking" : ""}">
        <svg
          viewBox="0 0 ${Math.max(1, size.width)} ${Math.max(1, size.height)}"
          role="group"
          aria-label=${say(this.picking ? "mapPicking" : "mapOfSites")}
          tabindex="0"
          @keydown=${this.#key}
          @wheel=${this.#wheel}
          @pointerdown=${this.#down}
          @pointermove=${this.#move}
          @pointerup=${this.#up}
        >
          ${view === null || size.width === 0 ? nothing : this.#drawn(view)}
        </svg>
        <div class="tools">
          <button aria-label=${say("zoomIn")} title=${say("zoomIn")} @click=${() => this.#zoom(1)}>+</button>
          <button aria-label=${say("zoomOut")} title=${say("zoomOut")} @click=${() => this.#zoom(-1)}>−</button>
          <button aria-label=${say("mapAll")} title=${say("mapAll")} @click=${() => this.#fit()}>⌂</button>
        </div>
        ${this.tiles === null ? nothing : html`<span class="by">${this.tiles.attribution}</span>`}
      </div>
      ${this.sites.length === 0 ? nothing : this.#legend()}
      ${
        this.chosen.length === 0
          ? nothing
          : html`<ul aria-label=${say("mapHere")}>
              ${this.chosen.map((site) => html`<li><a href=${hrefOf(site)}>${labelOf(site)}</a></li>`)}
            </ul>`
      }`;
  }

  #drawn(view: View): TemplateResult[] {
    const { size } = this;
    const tiles = this.tiles === null ? [] : tilesOf(this.tiles.pattern, view, size);
    const scale = worldPixels(view.zoom);
    const corner = onScreen({ x: 0, y: 0 }, view, size);
    const mark = this.picking ? unproject(view.middle) : this.marked;
    return [
      ...tiles.map(
        ({ url, x, y, pixels }) =>
          svg`<image href=${url} x=${x} y=${y} width=${pixels} height=${pixels} preserveAspectRatio="none"></image>`,
      ),
      svg`<g transform="translate(${corner.x} ${corner.y})" class=${tiles.length > 0 ? "land over" : "land"}>
        ${outlines.map(({ rings }) => svg`<path vector-effect="non-scaling-stroke" d=${pathOf(rings, scale)}></path>`)}
      </g>`,
      ...clustered(this.sites, view.zoom).flatMap((cluster) => this.#cluster(cluster, view)),
      ...(mark === null ? [] : [markAt(onScreen(project(mark), view, size))]),
    ];
  }

  #cluster({ items, at }: Cluster<MapSite>, view: View): TemplateResult[] {
    const { x, y } = onScreen(at, view, this.size);
    const [only] = items;
    if (only === undefined || x < -30 || y < -30 || x > this.size.width + 30 || y > this.size.height + 30) return [];
    const place = `translate(${x} ${y})`;
    if (items.length === 1)
      return [
        svg`<a href=${hrefOf(only)} transform=${place} aria-label=${labelOf(only)}>
          <title>${labelOf(only)}</title><circle class="target" r="20"></circle>${shapeOf(only.state)}
        </a>`,
      ];
    const worst = states.find((one) => items.some((item) => item.state === one)) ?? "online";
    const label = clusterText(items);
    const open = (event: Event) => {
      event.stopPropagation();
      this.chosen = items.slice(0, 50);
      this.view = zoomed(view, this.size, 2, { x, y });
    };
    return [
      svg`<g role="button" tabindex="0" transform=${place} aria-label=${label}
        @click=${open} @keydown=${(event: KeyboardEvent) => (event.key === "Enter" || event.key === " ") && open(event)}>
        <title>${label}</title><circle class="target" r="24"></circle>
        <circle class="dot ${worst}" r="18"></circle><text class="count">${items.length}</text>
      </g>`,
    ];
  }

  #legend(): TemplateResult {
    const used = states.filter((one) => this.sites.some((site) => site.state === one));
    return html`<div class="legend">
      ${used.map(
        (one) =>
          html`<span><svg viewBox="-11 -11 22 22" aria-hidden="true">${shapeOf(one)}</svg>${word("site", one)}</span>`,
      )}
    </div>`;
  }

  #zoom(by: number): void {
    const { width, height } = this.size;
    if (this.view !== null) this.view = zoomed(this.view, this.size, by, { x: width / 2, y: height / 2 });
  }

  readonly #key = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || this.view === null) return;
    const pan = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (pan !== undefined)
      this.view = panned(this.view, { x: (pan[0] as number) * panPixels, y: (pan[1] as number) * panPixels });
    else if (event.key === "+" || event.key === "=") this.#zoom(1);
    else if (event.key === "-") this.#zoom(-1);
    else if (event.key === "Home") this.#fit();
    else if (event.key === "Enter" && this.picking) this.#pick(unproject(this.view.middle));
    else return;
    event.preventDefault();
  };

  readonly #wheel = (event: WheelEvent) => {
    if (this.view === null) return;
    event.preventDefault();
    this.view = zoomed(this.view, this.size, event.deltaY > 0 ? -0.5 : 0.5, pointOf(event));
  };

  readonly #down = (event: PointerEvent) => {
    if (this.view !== null)
      this.#drag = { from: { x: event.clientX, y: event.clientY }, view: this.view, moved: false };
  };

  readonly #move = (event: PointerEvent) => {
    const drag = this.#drag;
    if (drag === null || event.buttons === 0) return;
    const by = { x: drag.from.x - event.clientX, y: drag.from.y - event.clientY };
    if (!drag.moved && Math.hypot(by.x, by.y) <= clickPixelsMax) return;
    if (!drag.moved) (event.currentTarget as Element).setPointerCapture(event.pointerId);
    drag.moved = true;
    this.view = panned(drag.view, by);
  };

  readonly #up = (event: PointerEvent) => {
    const wasClick = this.#drag !== null && !this.#drag.moved;
    this.#drag = null;
    if (wasClick && this.picking && this.view !== null)
      this.#pick(unproject(fromScreen(pointOf(event), this.view, this.size)));
  };

  #pick(place: Place): void {
    this.view = this.view === null ? null : { ...this.view, middle: project(place) };
    this.dispatchEvent(new CustomEvent<Place>("pick", { detail: place }));
  }
}
customElements.define("site-map", SiteMap);

/** Told apart without colour: a circle, a square, a diamond, a triangle, a cross. */
function shapeOf(state: string): TemplateResult {
  if (state === "offline") return svg`<rect class="dot offline" x="-8" y="-8" width="16" height="16"></rect>`;
  if (state === "error") return svg`<path class="dot error" d="M0 -11 L11 0 L0 11 L-11 0 Z"></path>`;
  if (state === "pending") return svg`<path class="dot pending" d="M0 -10 L10 8 L-10 8 Z"></path>`;
  if (state === "revoked")
    return svg`<path class="dot revoked" d="M-9 -5 L-5 -9 L0 -4 L5 -9 L9 -5 L4 0 L9 5 L5 9 L0 4 L-5 9 L-9 5 L-4 0 Z"></path>`;
  return svg`<circle class="dot online" r="9"></circle>`;
}

function markAt({ x, y }: Point): TemplateResult {
  return svg`<g class="mark" transform="translate(${x} ${y})" aria-hidden="true">
    <circle r="12"></circle><path d="M0 -20 V-6 M0 6 V20 M-20 0 H-6 M6 0 H20"></path>
  </g>`;
}

const hrefOf = ({ siteId }: MapSite): string => `#/sites/${encodeURIComponent(siteId)}`;
const labelOf = ({ name, state }: MapSite): string => `${name}: ${word("site", state)}`;

function clusterText(items: readonly MapSite[]): string {
  const parts = states.flatMap((one) => {
    const count = items.filter(({ state }) => state === one).length;
    return count === 0 ? [] : [`${word("site", one)} ${count}`];
  });
  return `${say("mapSitesHere", { count: items.length })}: ${parts.join(", ")}`;
}

/** Drawn by the world's scale, so that a far zoom keeps its lines sharp. */
function pathOf(rings: readonly (readonly number[])[], scale: number): string {
  return rings
    .map((ring) => {
      const parts: string[] = [];
      for (let at = 0; at < ring.length; at += 2) {
        const { x, y } = project({ longitude: (ring[at] ?? 0) / 100, latitude: (ring[at + 1] ?? 0) / 100 });
        parts.push(`${(x * scale).toFixed(1)} ${(y * scale).toFixed(1)}`);
      }
      return `M${parts.join("L")}Z`;
    })
    .join("");
}

function pointOf(event: MouseEvent): Point {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
