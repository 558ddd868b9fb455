/** Words of the log-in by RADIUS, in English. */
export const enRadiusLogIn = {
  on_radius_log_in: "log-in by RADIUS",
  radiusLogIn: "Log-in by RADIUS",
  radiusWhy:
    "Your people may log in here with the password that your own RADIUS server knows. Each must be one of your staff first. The two-step code is still asked for, and Karibu's own passwords keep working.",
  radiusGrown:
    "{role} has got rights since: {rights}. People who log in by RADIUS do not have them. To confirm, open Change and save; you need all of them yourself.",
  radiusOn: "{where} is asked for: {roles}.",
  radiusLast: "The last log-in that asked it, {time}:",
  radiusEnter: "Enter a RADIUS server",
  radiusRemove: "Stop asking it",
  radiusRemoveSure: "Its secret is forgotten, and everybody logs in by Karibu's own passwords alone.",
  radiusWay: "Reached through",
  radiusByInternet: "The internet",
  radiusByTunnel: "Tunnel to the router of {name}",
  radiusHost: "RADIUS server",
  radiusHostHint: "A name or an address on the internet. Through a tunnel: leave it empty.",
  radiusSharedSecret: "Shared secret",
  radiusSecretHint: "16 letters or more, the same as at the server. It is never shown again.",
  radiusSecretStays: "Empty: it stays as it is. For another server or port, type it again.",
  radiusNames: "It knows people by",
  radiusNames_address: "Their whole e-mail address",
  radiusNames_before_at: "The part before the @",
  radiusRoleMay: "{role} may log in by it",
  radiusRoleBy: "It says the role by",
  radiusRoleByHint:
    "Anybody who gets no role from it is then refused. It can give only the roles that are ticked above.",
  radiusRoleStays: "Nothing: the role stays",
  radiusAttribute_class: "Class",
  radiusAttribute_filterId: "Filter-Id",
  radiusAttribute_mikrotikGroup: "Mikrotik-Group",
  radiusRoleSays: "What means {role}, one a line",
  radiusCheckWhy:
    "Sends one real packet. Without a name it asks about somebody who does not exist: a refusal then shows that the server answers.",
  radiusCheckUser: "Name at the server",
  radiusAnswers: "It answers, and refuses {user}, whom nobody knows.",
  radiusSaid: "It says: {said}.",
  radiusGives: "That means: {role}.",
  radiusOutcome_accept: "It accepts name and password.",
  radiusOutcome_reject: "It refuses name and password.",
  radiusOutcome_challenge:
    "It asks for a second answer, which this log-in can not give. Switch that off for this client.",
  radiusOutcome_no_role: "It accepts, and names no role, or several.",
  radiusOutcome_role_grown:
    "It names a role that has got more rights since you chose it. Nobody gets this role by it until you confirm it.",
  radiusOutcome_no_server: "No server is entered.",
  radiusOutcome_no_tunnel: "The site's router is no longer in the tunnel.",
  radiusOutcome_no_such_name: "Its name has no address.",
  radiusOutcome_inside: "Its name leads to an address that is not on the internet.",
  radiusOutcome_no_answer:
    "It did not answer. Look at its address, port and firewall; the platform's address must be one of its clients, with this very secret.",
  radiusOutcome_unsigned:
    "It answered without a Message-Authenticator, which anybody on the way could forge. Let it put one into each answer to this client.",
  radiusOutcome_wrong_secret: "It answered by another secret.",
  radiusOutcome_busy: "Too many questions at once: try again.",
  radiusOutcome_too_long: "Name or password is longer than RADIUS carries.",
};
