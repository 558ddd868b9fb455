/** People's own tunnels to routers, in English. */
export const enOperatorTunnels = {
  winbox: "WinBox",
  winboxWhat:
    "Reach the WinBox port of your own routers from anywhere, through any NAT. You get a tunnel of your own; it ends by itself, and nothing else goes through it.",
  winboxNone: "No tunnel has been opened yet.",
  winboxNoSites: "There is no site yet.",
  winboxOpen: "Open a tunnel",
  winboxEnd: "End it",
  winboxEndSure: "End the tunnel {name}? What is open through it is cut at once.",
  winboxNameHint: "The computer you are using: “Office laptop”",
  winboxHours: "Hours",
  winboxHoursHint: "Then it ends by itself",
  winboxSites: "Sites",
  winboxOwnKey: "Public key of your WireGuard",
  winboxOwnKeyHint:
    "This browser can't make keys, or the console was opened without https: make a pair in the WireGuard program.",
  winboxYourKey: "<your private key>",
  winboxFile: "WireGuard file of {name}",
  winboxNext: "Import this file into the WireGuard program, or scan the code with its app. Then connect WinBox to:",
  winboxNoEndpoint:
    "This hub has no address for tunnels, so the file can't connect. Whoever runs the hub sets KARIBU_WIREGUARD_ENDPOINT; then open a new tunnel.",
  winboxQr: "The same file as a QR code",
  winboxSave: "Save the file",
  tunnel_open: "Open",
  tunnel_expired: "Time over",
  tunnel_ended: "Ended",
};
