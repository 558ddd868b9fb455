import { css } from "lit";

/** The frame around every page: menu at the side, or at the bottom of a phone; banners above the page. */
export const frameStyles = css`
  .frame {
    display: grid;
    grid-template-columns: 232px minmax(0, 1fr);
    min-height: 100dvh;
  }
  header {
    display: flex;
    align-items: center;
    justify-content: flex-end;
    gap: 0.6rem;
    padding: 0.8rem 1.6rem 0;
    flex-wrap: wrap;
  }
  header select {
    width: auto;
    min-height: 44px;
    font-size: 0.9rem;
  }
  header .who {
    margin-right: auto;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  main {
    padding: 1rem 1.6rem 3rem;
    max-width: 1180px;
  }
  main:focus-visible {
    outline: none;
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
    header,
    .band {
      display: none;
    }
    .frame {
      display: block;
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
    header .who {
      display: none;
    }
    header select {
      font-size: 0.82rem;
      padding: 0 0.3rem;
      max-width: 6.6rem;
    }
    header button {
      padding: 0 0.4rem;
      font-size: 0.88rem;
    }
    .live {
      margin-right: auto;
      padding: 0.35rem;
    }
    .live .word {
      position: absolute;
      clip-path: inset(50%);
    }
    main {
      padding: 1rem 1rem 2rem;
    }
    .band {
      padding: 0.5rem 1rem;
    }
  }
`;
