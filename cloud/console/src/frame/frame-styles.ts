import { css } from "lit";

/** The frame around every page: menu at the side, or at the bottom of a phone; banners and tabs above the page. */
export const frameStyles = css`
  .frame {
    display: grid;
    grid-template-columns: 216px minmax(0, 1fr);
    min-height: 100dvh;
  }
  header {
    display: flex;
    align-items: center;
    justify-content: flex-end;
    gap: 0.6rem;
    padding: 0.9rem 1.6rem 0;
  }
  header .find {
    margin-right: auto;
    flex: 0 1 26rem;
    min-width: 0;
    color: var(--ink-soft);
    font-weight: 400;
    background: var(--surface);
  }
  header .find span {
    flex: 1;
    min-width: 0;
    text-align: left;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  kbd {
    font: inherit;
    font-size: 0.8rem;
    padding: 0.05rem 0.45rem;
    border: 1px solid var(--line);
    border-radius: 7px;
    white-space: nowrap;
  }
  .tabs {
    display: flex;
    flex-wrap: wrap;
    column-gap: 0.25rem;
    padding: 0.9rem 1.6rem 0;
    border-bottom: 1px solid var(--line);
  }
  .tabs a {
    flex: none;
    display: inline-flex;
    align-items: center;
    min-height: 44px;
    padding: 0 0.7rem;
    font-weight: 600;
    color: var(--ink-soft);
    text-decoration: none;
    border-bottom: 3px solid transparent;
  }
  .tabs a:hover {
    color: var(--ink);
  }
  .tabs a[aria-current] {
    color: var(--brand);
    border-bottom-color: var(--sun);
  }
  .tabs a:focus-visible {
    outline-offset: -3px;
  }
  main {
    padding: 1.2rem 1.6rem 3rem;
    max-width: 1560px;
  }
  main:focus-visible {
    outline: none;
  }
  .split {
    display: grid;
    grid-template-columns: minmax(340px, 4fr) minmax(0, 7fr);
    gap: 1.4rem;
    align-items: start;
  }
  .list,
  .detail {
    min-width: 0;
  }
  .split .detail {
    position: sticky;
    top: 1rem;
    max-height: calc(100dvh - 2rem);
    overflow-y: auto;
    padding: 1.2rem;
    border: 1px solid var(--line);
    border-radius: var(--radius);
    background: var(--paper);
    box-shadow: var(--shadow);
  }
  .shut {
    float: right;
    display: grid;
    place-items: center;
    width: 44px;
    height: 44px;
    margin: -0.4rem -0.4rem 0 0.6rem;
    border-radius: 12px;
    color: var(--ink-soft);
  }
  .crumbs ol {
    display: flex;
    flex-wrap: wrap;
    gap: 0 0.4rem;
    list-style: none;
    margin: -0.4rem 0 0.4rem;
    padding: 0;
    font-size: 0.92rem;
    font-weight: 600;
  }
  .crumbs li + li::before {
    content: "› " / "";
    color: var(--ink-soft);
  }
  .crumbs a {
    display: inline-flex;
    align-items: center;
    min-height: 32px;
    text-decoration: none;
  }
  .dot {
    width: 9px;
    height: 9px;
    border-radius: 50%;
    background: currentColor;
  }
  .band {
    margin: 0;
    padding: 0.5rem 1.6rem;
    background: var(--warn-wash);
    color: var(--warn);
    font-weight: 600;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.3rem 1rem;
  }
  .band.guest {
    position: sticky;
    top: 0;
    z-index: 1;
    justify-content: space-between;
  }
  .skip {
    position: absolute;
    left: -999px;
  }
  .skip:focus {
    left: 1rem;
    top: 1rem;
    background: var(--surface);
    padding: 0.7rem 1rem;
    z-index: 3;
  }
  @media print {
    main-menu,
    nav,
    .tabs,
    .shut,
    header,
    .band,
    .split .list {
      display: none;
    }
    .frame,
    .split {
      display: block;
    }
    .split .detail {
      position: static;
      max-height: none;
      border: 0;
      box-shadow: none;
    }
    main {
      padding: 0;
      max-width: none;
    }
  }
  @media (max-width: 899px) {
    .frame {
      grid-template-columns: minmax(0, 1fr);
      align-content: start;
      padding-bottom: 68px;
    }
    header {
      padding: 0.8rem 1rem 0;
      gap: 0.35rem;
    }
    header .find {
      flex: 1 1 0;
    }
    kbd {
      display: none;
    }
    .live {
      padding: 0.35rem;
    }
    .live .word {
      position: absolute;
      width: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
    .tabs {
      flex-wrap: nowrap;
      overflow-x: auto;
      scrollbar-width: none;
      padding: 0.5rem 1rem 0;
    }
    main {
      padding: 1rem 1rem 2rem;
    }
    .band {
      padding: 0.5rem 1rem;
    }
  }
`;
