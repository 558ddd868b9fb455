/** What a mailed link asks for. */
export type MailedLink = { readonly kind: "password" | "invitation" | "sign-up"; readonly token: string };

/** Links of letters, by what stands before their token. */
const linkKinds = ["password", "invitation", "sign-up", "sign-up-invitation"] as const;
export type LinkKind = (typeof linkKinds)[number];

interface Read {
  readonly kind: LinkKind;
  /** Null: the link is not whole. */
  readonly token: string | null;
}

/**
 * A link as it comes out of letters and chats: what these add behind it (a full stop, a bracket, a counting of clicks) is no part of it. Null: the
 * address is no link of a letter.
 */
function readLink(hash: string): Read | null {
  const [, path, rest] = /^#\/([a-z-]+)(?:\/(.*))?$/s.exec(hash) ?? [];
  const kind = linkKinds.find((name) => name === path);
  // `#/sign-up` alone is a page.
  if (kind === undefined || (kind === "sign-up" && rest === undefined)) return null;
  const [token = ""] = (rest ?? "").replace(/(?:%20|\s)+$/g, "").split(/[?&]/);
  const bare = token.replace(/(?:%[0-9a-f]{2}|[)>\]}.,;:!"'*])+$/gi, "");
  return { kind, token: /^[\w.-]+$/.test(bare) ? bare : null };
}

export function readMailedLink(hash: string): MailedLink | null {
  const link = readLink(hash);
  if (link === null || link.token === null || link.kind === "sign-up-invitation") return null;
  return { kind: link.kind, token: link.token };
}

export const isMailedLink = (hash: string): boolean => readMailedLink(hash) !== null;

/** The token of the platform's invitation to sign up; null: the address is another. */
export function readSignUpInvitation(hash: string): string | null {
  const link = readLink(hash);
  return link?.kind === "sign-up-invitation" ? link.token : null;
}

/** What a link was for that is not whole any more; null: the address is another. */
export function readBrokenLink(hash: string): LinkKind | null {
  const link = readLink(hash);
  return link !== null && link.token === null ? link.kind : null;
}
