/** SVG paths of 24x24 icons, drawn by stroke. */
import { html, type TemplateResult } from "lit";

export const icons = {
  home: "M4 11 12 4l8 7v9h-5v-6H9v6H4z",
  sales: "M3 6h18v12H3zM3 10h18M7 15h4",
  customers:
    "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM3 20c0-3.300 2.700-6 6-6s6 2.700 6 6M16 5a3.500 3.500 0 0 1 0 6M17 14c2.400.600 4 2.900 4 6",
  support: "M4 13a8 8 0 0 1 16 0M4 13v4h3v-6H4zM20 13v4h-3v-6h3zM20 17c0 2.500-3 4-6 4",
  plansAndVouchers:
    "M3 8a2 2 0 0 1 2-2h14a2 2 0 0 1 2 2v2a2 2 0 0 0 0 4v2a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-2a2 2 0 0 0 0-4zM14 6v12",
  sites: "M12 21s7-6.2 7-11a7 7 0 0 0-14 0c0 4.800 7 11 7 11zM12 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5z",
  money: "M6 3h12v18H6zM9 8h6M9 12h6M9 16h3",
  settings: "M4 7h10M18 7h2M14 5v4M4 17h2M10 17h10M6 15v4",
  providers: "M4 20V8l8-4 8 4v12M4 20h16M9 20v-6h6v6",
  revenue: "M4 20V10M10 20V4M16 20v-8M22 20H2",
  health: "M3 12h4l3-7 4 14 3-7h4",
  releases: "M12 4v10M8 8l4-4 4 4M5 14v5h14v-5",
  more: "M4 7h16M4 12h16M4 17h16",
  search: "M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500 20 20",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 21h4",
  account: "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21c0-4.400 3.600-7 8-7s8 2.600 8 7",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.500l4.500 4.500L19 7.500",
  attention: "M12 6v7M12 17h.01",
  wait: "M12 7v5l3 2",
} as const;

/** An icon beside its words: a screen reader does not read it. */
export function icon(path: string): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=${path}></path></svg>`;
}
