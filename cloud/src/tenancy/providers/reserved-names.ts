/** Names below the hub's host that no provider gets: those of services, and those that customers would take for the hub itself. */
const reserved = new Set(
  `www api hub admin administrator mail platform agent enrol my pay app apps console portal login log-in signin sso auth account accounts
  billing payments payment checkout mpesa daraja safaricom airtel mtn pesapal stripe status health metrics docs help support security abuse
  postmaster hostmaster webmaster root system internal static assets cdn files media img images smtp imap pop mx ns ns1 ns2 dns ftp ssh vpn wg
  wireguard radius db database postgres redis hooks webhook webhooks registry v2 demo test staging dev localhost karibu official`.split(
    /\s+/,
  ),
);

/** Also what begins like the ASCII form of foreign letters (`xn--`): such a name may look like another one. */
export const isReservedName = (name: string): boolean => reserved.has(name) || /^..--/.test(name);
