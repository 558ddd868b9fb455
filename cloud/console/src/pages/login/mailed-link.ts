/** What a mailed link asks for. */
export type MailedLink = { readonly kind: "password" | "invitation" | "sign-up"; readonly token: string };

export function readMailedLink(hash: string): MailedLink | null {
  const match = /^#\/(password|invitation|sign-up)\/([\w.-]+)$/.exec(hash);
  return match === null ? null : { kind: match[1] as MailedLink["kind"], token: match[2] as string };
}

export const isMailedLink = (hash: string): boolean => readMailedLink(hash) !== null;

/** The token of the platform's invitation to sign up; null: the address is another. */
export const readSignUpInvitation = (hash: string): string | null =>
  /^#\/sign-up-invitation\/([\w.-]+)$/.exec(hash)?.[1] ?? null;
