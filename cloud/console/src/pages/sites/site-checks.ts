import { css, html, type TemplateResult } from "lit";

/** A checkbox for each site. */
export function siteChecks(
  sites: Iterable<readonly [siteId: string, name: string]>,
  chosen: readonly string[],
  isFixed = false,
): TemplateResult {
  return html`${[...sites].map(
    ([siteId, name]) =>
      html`<label
        ><input type="checkbox" name="site" value=${siteId} .checked=${chosen.includes(siteId)} ?disabled=${isFixed} />${name}</label
      >`,
  )}`;
}

/** The sites that are checked, and the chosen sites that have no checkbox. */
export function checkedSites(
  form: HTMLFormElement,
  shown: ReadonlyMap<string, string>,
  before: readonly string[],
): string[] {
  const checked = new FormData(form).getAll("site").map(String);
  return [...checked, ...before.filter((siteId) => !shown.has(siteId))];
}

export const siteCheckStyles = css`
  fieldset {
    border: 0;
    padding: 0;
    margin: 0.6rem 0;
    display: grid;
    column-gap: 1rem;
    grid-template-columns: repeat(auto-fill, minmax(min(240px, 100%), 1fr));
  }
  legend {
    padding: 0;
    margin-bottom: 0.4rem;
  }
  label {
    display: flex;
    align-items: center;
    gap: 0.6rem;
    min-height: 44px;
    font-weight: 400;
  }
  input[type="checkbox"] {
    flex: none;
    width: 20px;
    min-height: 20px;
  }
  summary {
    min-height: 44px;
    display: flex;
    align-items: center;
    cursor: pointer;
    font-weight: 600;
  }
  summary::before {
    content: "";
    flex: none;
    width: 0.5rem;
    height: 0.5rem;
    margin-right: 0.8rem;
    border: solid var(--brand);
    border-width: 0 2px 2px 0;
    transform: rotate(-45deg);
  }
  details[open] > summary::before {
    transform: rotate(45deg);
  }
`;
