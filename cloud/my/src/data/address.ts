/** What this page is, by its address: a provider's customers' own page, or the page behind a payment link. Pure. */

export type PageName = "services" | "use" | "money" | "help" | "me";
export const pageNames: readonly PageName[] = ["services", "use", "money", "help", "me"];

export type Place =
  | { readonly kind: "my"; readonly provider: string; readonly page: PageName }
  | { readonly kind: "pay"; readonly token: string }
  | { readonly kind: "nowhere" };

/** Nothing in an address is followed or shown: names are of a fixed shape, and pages are of a fixed list. */
export function placeAt({ pathname, hash }: { readonly pathname: string; readonly hash: string }): Place {
  if (/^\/pay\/?$/.test(pathname)) {
    const token = /^#([\w-]{1,64})$/.exec(hash)?.[1];
    return token === undefined ? { kind: "nowhere" } : { kind: "pay", token };
  }
  const provider = /^\/my\/([0-9a-z-]{1,64})\/?$/.exec(pathname)?.[1];
  if (provider === undefined) return { kind: "nowhere" };
  return { kind: "my", provider, page: pageNames.find((name) => hash === `#${name}`) ?? "services" };
}
