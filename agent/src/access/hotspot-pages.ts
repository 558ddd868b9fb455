/**
 * The hotspot's own log-in pages, in the router's words: RouterOS names its log-off page in each Access-Request of the hotspot
 * (WISPr-Logoff-URL), and the log-in page stands beside it. A phone's redirect is only text, so it is compared with these.
 */
export interface HotspotPages {
  /** A router has named its log-off page. */
  note(logOffUrl: string): void;
  /** Newest first. */
  loginUrls(): readonly string[];
}

/** A site has a few hotspots. One that is not heard of any more gives way. */
const pagesMax = 16;

/** `configured`: the log-in page that the settings name; null: none. */
export function createHotspotPages(configured: string | null): HotspotPages {
  const own = configured === null ? [] : [configured];
  let newest: string | null = null;
  let logins: readonly string[] = own;
  return {
    note(logOffUrl) {
      if (logOffUrl === newest) return;
      newest = logOffUrl;
      const login = URL.canParse("login", logOffUrl) ? new URL("login", logOffUrl).href : null;
      if (login !== null && !logins.includes(login)) logins = [...own, login, ...logins.slice(own.length, pagesMax)];
    },
    loginUrls: () => logins,
  };
}
