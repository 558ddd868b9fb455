# Karibu: is all there, and does it work? Changes nothing.
# RouterOS 7.22. Made by Karibu: change the site's settings, not this file.
{
  :local missing ""
  :if ([:len [/ip/dns/static/find where comment="karibu:portal-name"]] = 0) do={ :set missing ($missing . " portal-name") }
  :if ([:len $missing] = 0) do={
    :put "ok       Time and names"
  } else={
    :put ("MISSING  Time and names:" . $missing . ". Import setup.rsc again.")
  }
}
{
  :local missing ""
  :if ([:len [/interface/wireguard/find where comment="karibu:hub-tunnel"]] = 0) do={ :set missing ($missing . " hub-tunnel") }
  :if ([:len [/interface/wireguard/peers/find where comment="karibu:hub-peer"]] = 0) do={ :set missing ($missing . " hub-peer") }
  :if ([:len [/ip/address/find where comment="karibu:hub-tunnel-address"]] = 0) do={ :set missing ($missing . " hub-tunnel-address") }
  :if ([:len $missing] = 0) do={
    :put "ok       The tunnel to the hub"
  } else={
    :put ("MISSING  The tunnel to the hub:" . $missing . ". Import setup.rsc again.")
  }
}
{
  :local missing ""
  :if ([:len [/interface/veth/find where comment="karibu:agent-veth"]] = 0) do={ :set missing ($missing . " agent-veth") }
  :if ([:len [/interface/bridge/find where comment="karibu:agent-bridge"]] = 0) do={ :set missing ($missing . " agent-bridge") }
  :if ([:len [/interface/bridge/port/find where comment="karibu:agent-port"]] = 0) do={ :set missing ($missing . " agent-port") }
  :if ([:len [/ip/address/find where comment="karibu:agent-gateway"]] = 0) do={ :set missing ($missing . " agent-gateway") }
  :if ([:len [/ip/firewall/nat/find where comment="karibu:agent-nat"]] = 0) do={ :set missing ($missing . " agent-nat") }
  :if ([:len $missing] = 0) do={
    :put "ok       The agent's network"
  } else={
    :put ("MISSING  The agent's network:" . $missing . ". Import setup.rsc again.")
  }
}
{
  :local missing ""
  :if ([:len [/ip/firewall/filter/find where comment="karibu:agent-known"]] = 0) do={ :set missing ($missing . " agent-known") }
  :if ([:len [/ip/firewall/filter/find where comment="karibu:agent-radius"]] = 0) do={ :set missing ($missing . " agent-radius") }
  :if ([:len [/ip/firewall/filter/find where comment="karibu:agent-coa"]] = 0) do={ :set missing ($missing . " agent-coa") }
  :if ([:len [/ip/firewall/filter/find where comment="karibu:agent-api"]] = 0) do={ :set missing ($missing . " agent-api") }
  :if ([:len [/ip/firewall/filter/find where comment="karibu:agent-dns"]] = 0) do={ :set missing ($missing . " agent-dns") }
  :if ([:len [/ip/firewall/filter/find where comment="karibu:agent-dns-tcp"]] = 0) do={ :set missing ($missing . " agent-dns-tcp") }
  :if ([:len [/ip/firewall/filter/find where comment="karibu:agent-rest"]] = 0) do={ :set missing ($missing . " agent-rest") }
  :if ([:len [/ip/firewall/filter/find where comment="karibu:hub-known"]] = 0) do={ :set missing ($missing . " hub-known") }
  :if ([:len [/ip/firewall/filter/find where comment="karibu:hub-second-coa"]] = 0) do={ :set missing ($missing . " hub-second-coa") }
  :if ([:len [/ip/firewall/filter/find where comment="karibu:hub-rest"]] = 0) do={ :set missing ($missing . " hub-rest") }
  :if ([:len $missing] = 0) do={
    :put "ok       Firewall: what the agent may reach"
  } else={
    :put ("MISSING  Firewall: what the agent may reach:" . $missing . ". Import setup.rsc again.")
  }
}
{
  :local missing ""
  :if ([:len [/interface/bridge/find where comment="karibu:guest-bridge"]] = 0) do={ :set missing ($missing . " guest-bridge") }
  :if ([:len [/ip/address/find where comment="karibu:guest-gateway"]] = 0) do={ :set missing ($missing . " guest-gateway") }
  :if ([:len [/ip/pool/find where comment="karibu:guest-pool"]] = 0) do={ :set missing ($missing . " guest-pool") }
  :if ([:len [/ip/dhcp-server/option/find where comment="karibu:captive-api"]] = 0) do={ :set missing ($missing . " captive-api") }
  :if ([:len [/ip/dhcp-server/network/find where comment="karibu:guest-dhcp-network"]] = 0) do={ :set missing ($missing . " guest-dhcp-network") }
  :if ([:len [/ip/dhcp-server/find where comment="karibu:guest-dhcp"]] = 0) do={ :set missing ($missing . " guest-dhcp") }
  :if ([:len [/ip/firewall/address-list/find where comment="karibu:private-10.0.0.0"]] = 0) do={ :set missing ($missing . " private-10.0.0.0") }
  :if ([:len [/ip/firewall/address-list/find where comment="karibu:private-172.16.0.0"]] = 0) do={ :set missing ($missing . " private-172.16.0.0") }
  :if ([:len [/ip/firewall/address-list/find where comment="karibu:private-192.168.0.0"]] = 0) do={ :set missing ($missing . " private-192.168.0.0") }
  :if ([:len [/ip/firewall/nat/find where comment="karibu:guest-nat"]] = 0) do={ :set missing ($missing . " guest-nat") }
  :if ([:len $missing] = 0) do={
    :put "ok       The guests' network"
  } else={
    :put ("MISSING  The guests' network:" . $missing . ". Import setup.rsc again.")
  }
}
{
  :local missing ""
  :if ([:len [/ip/firewall/filter/find where comment="karibu:guest-known-out"]] = 0) do={ :set missing ($missing . " guest-known-out") }
  :if ([:len [/ip/firewall/filter/find where comment="karibu:guest-known-in"]] = 0) do={ :set missing ($missing . " guest-known-in") }
  :if ([:len [/ip/firewall/filter/find where comment="karibu:guest-portal"]] = 0) do={ :set missing ($missing . " guest-portal") }
  :if ([:len [/ip/firewall/filter/find where comment="karibu:guest-private"]] = 0) do={ :set missing ($missing . " guest-private") }
  :if ([:len [/ip/firewall/filter/find where comment="karibu:foreign-dns-udp"]] = 0) do={ :set missing ($missing . " foreign-dns-udp") }
  :if ([:len [/ip/firewall/filter/find where comment="karibu:foreign-dns-tcp"]] = 0) do={ :set missing ($missing . " foreign-dns-tcp") }
  :if ([:len [/ipv6/firewall/filter/find where comment="karibu:guest-ipv6-in"]] = 0) do={ :set missing ($missing . " guest-ipv6-in") }
  :if ([:len [/ipv6/firewall/filter/find where comment="karibu:guest-ipv6-out"]] = 0) do={ :set missing ($missing . " guest-ipv6-out") }
  :if ([:len [/ipv6/firewall/filter/find where comment="karibu:guest-ipv6-back"]] = 0) do={ :set missing ($missing . " guest-ipv6-back") }
  :if ([:len $missing] = 0) do={
    :put "ok       Firewall: guests without fasttrack, without IPv6, away from the owner's network"
  } else={
    :put ("MISSING  Firewall: guests without fasttrack, without IPv6, away from the owner's network:" . $missing . ". Import setup.rsc again.")
  }
}
{
  :local missing ""
  :if ([:len [/radius/find where comment="karibu:agent-radius"]] = 0) do={ :set missing ($missing . " agent-radius") }
  :if ([:len [/radius/find where comment="karibu:hub-radius"]] = 0) do={ :set missing ($missing . " hub-radius") }
  :if ([:len $missing] = 0) do={
    :put "ok       RADIUS: who may be online is the agent's word"
  } else={
    :put ("MISSING  RADIUS: who may be online is the agent's word:" . $missing . ". Import setup.rsc again.")
  }
}
{
  :local missing ""
  :if ([:len [/user/group/find where comment="karibu:agent-group"]] = 0) do={ :set missing ($missing . " agent-group") }
  :if ([:len [/user/find where comment="karibu:agent-user"]] = 0) do={ :set missing ($missing . " agent-user") }
  :if ([:len $missing] = 0) do={
    :put "ok       The agent's account on this router"
  } else={
    :put ("MISSING  The agent's account on this router:" . $missing . ". Import setup.rsc again.")
  }
}
{
  :local missing ""
  :if ([:len [/ip/hotspot/profile/find where name=karibu-guest]] = 0) do={ :set missing ($missing . " guest") }
  :if ([:len [/ip/hotspot/find where name=karibu-guest]] = 0) do={ :set missing ($missing . " guest") }
  :if ([:len $missing] = 0) do={
    :put "ok       The hotspot"
  } else={
    :put ("MISSING  The hotspot:" . $missing . ". Import setup.rsc again.")
  }
}
{
  :local missing ""
  :if ([:len [/ip/hotspot/walled-garden/ip/find where comment="karibu:open-portal"]] = 0) do={ :set missing ($missing . " open-portal") }
  :if ([:len [/ip/hotspot/walled-garden/find where comment="karibu:open-portal-name"]] = 0) do={ :set missing ($missing . " open-portal-name") }
  :if ([:len [/ip/hotspot/walled-garden/ip/find where comment="karibu:open-pay.example.com"]] = 0) do={ :set missing ($missing . " open-pay.example.com") }
  :if ([:len [/ip/hotspot/walled-garden/find where comment="karibu:open-pay.example.com"]] = 0) do={ :set missing ($missing . " open-pay.example.com") }
  :if ([:len [/ip/hotspot/walled-garden/ip/find where comment="karibu:open-hub.example.com"]] = 0) do={ :set missing ($missing . " open-hub.example.com") }
  :if ([:len [/ip/hotspot/walled-garden/find where comment="karibu:open-hub.example.com"]] = 0) do={ :set missing ($missing . " open-hub.example.com") }
  :if ([:len [/ip/hotspot/walled-garden/ip/find where comment="karibu:open-portal.example.net"]] = 0) do={ :set missing ($missing . " open-portal.example.net") }
  :if ([:len [/ip/hotspot/walled-garden/find where comment="karibu:open-portal.example.net"]] = 0) do={ :set missing ($missing . " open-portal.example.net") }
  :if ([:len $missing] = 0) do={
    :put "ok       What is open without paying"
  } else={
    :put ("MISSING  What is open without paying:" . $missing . ". Import setup.rsc again.")
  }
}
{
  :local missing ""
  :if ([:len [/ip/dns/static/find where comment="karibu:probe-captive.apple.com"]] = 0) do={ :set missing ($missing . " probe-captive.apple.com") }
  :if ([:len [/ip/dns/static/find where comment="karibu:probe-connectivitycheck.gstatic.com"]] = 0) do={ :set missing ($missing . " probe-connectivitycheck.gstatic.com") }
  :if ([:len [/ip/dns/static/find where comment="karibu:probe-clients3.google.com"]] = 0) do={ :set missing ($missing . " probe-clients3.google.com") }
  :if ([:len [/ip/dns/static/find where comment="karibu:probe-connect.rom.miui.com"]] = 0) do={ :set missing ($missing . " probe-connect.rom.miui.com") }
  :if ([:len [/ip/dns/static/find where comment="karibu:probe-www.msftconnecttest.com"]] = 0) do={ :set missing ($missing . " probe-www.msftconnecttest.com") }
  :if ([:len [/ip/dns/static/find where comment="karibu:probe-detectportal.firefox.com"]] = 0) do={ :set missing ($missing . " probe-detectportal.firefox.com") }
  :if ([:len [/tool/netwatch/find where comment="karibu:internet-watch"]] = 0) do={ :set missing ($missing . " internet-watch") }
  :if ([:len $missing] = 0) do={
    :put "ok       Phones find the portal without internet too"
  } else={
    :put ("MISSING  Phones find the portal without internet too:" . $missing . ". Import setup.rsc again.")
  }
}
{
  :local missing ""
  :if ([:len [/interface/bridge/port/find where comment="karibu:guest-port-ether3"]] = 0) do={ :set missing ($missing . " guest-port-ether3") }
  :if ([:len [/interface/bridge/port/find where comment="karibu:guest-port-wifi1"]] = 0) do={ :set missing ($missing . " guest-port-wifi1") }
  :if ([:len $missing] = 0) do={
    :put "ok       The guests' ports"
  } else={
    :put ("MISSING  The guests' ports:" . $missing . ". Import setup.rsc again.")
  }
}
{
  :local well false
  :do { :if ([:tonum [:pick [:tostr [/system/clock/get date]] 0 4]] > 2024) do={ :set well true } } on-error={ }
  :if ($well) do={ :put "ok       The router knows the date" } else={ :put "CHECK    The router does not know the date. Is the internet there\3F Look at /system/ntp/client/print" }
}
{
  :local well false
  :do { :if ([/radius/incoming/get accept] = true) do={ :set well true } } on-error={ }
  :if ($well) do={ :put "ok       Disconnect and change requests are listened to" } else={ :put "CHECK    Nobody's session can be ended from the agent. Import setup.rsc again" }
}
{
  :local well false
  :do { :if ([:len [/radius/find where service~"hotspot" and !(comment~"^karibu:")]] = 0) do={ :set well true } } on-error={ }
  :if ($well) do={ :put "ok       No other RADIUS server is asked for the hotspot" } else={ :put "CHECK    Another RADIUS server is set up for the hotspot: guests may be refused. Look at /radius/print" }
}
{
  :local well false
  :do { :if ([:len [/ip/hotspot/user/find where !(name~"^(default-trial|admin)")]] = 0) do={ :set well true } } on-error={ }
  :if ($well) do={ :put "ok       No guest is known to the router itself" } else={ :put "CHECK    Users in /ip/hotspot/user are let in without the agent. Remove those that are not meant to be there" }
}
{
  :local well false
  :do { :if (([/tool/fetch url="http://172.31.255.2/health" output=user as-value]->"status") = "finished") do={ :set well true } } on-error={ }
  :if ($well) do={ :put "ok       The agent answers. Its page for you: http://172.31.255.2/status\3Fkey=044e4a4bca87b5c41301" } else={ :put "CHECK    The agent does not answer. Look at /container/print and /log/print where topics~container" }
}
{
  :local well false
  :do { :if (([/radius/monitor [/radius/find where comment="karibu:agent-radius"] once as-value]->"bad-replies") = 0) do={ :set well true } } on-error={ }
  :if ($well) do={ :put "ok       RADIUS answers can be read" } else={ :put "CHECK    RADIUS answers can't be read: is the agent's secret the one of /radius\3F It has 20 characters" }
}
{
  :local well false
  :do { :if ([:len [/interface/wireguard/peers/get [/interface/wireguard/peers/find where comment="karibu:hub-peer"] last-handshake]] > 0) do={ :set well true } } on-error={ }
  :if ($well) do={ :put "ok       The tunnel to the hub is up" } else={ :put "CHECK    The hub's tunnel was never up. Does the hub know this router's public key\3F Is the date right\3F" }
}
{
  :local missing ""
  :if ([:len [/container/envs/find where comment="karibu:env-KARIBU_HUB_URL"]] = 0) do={ :set missing ($missing . " env-KARIBU_HUB_URL") }
  :if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ENROL_TOKEN"]] = 0) do={ :set missing ($missing . " env-KARIBU_ENROL_TOKEN") }
  :if ([:len [/container/envs/find where comment="karibu:env-KARIBU_RADIUS_SECRET"]] = 0) do={ :set missing ($missing . " env-KARIBU_RADIUS_SECRET") }
  :if ([:len [/container/envs/find where comment="karibu:env-KARIBU_RADIUS_CLIENTS"]] = 0) do={ :set missing ($missing . " env-KARIBU_RADIUS_CLIENTS") }
  :if ([:len [/container/envs/find where comment="karibu:env-KARIBU_COA_HOST"]] = 0) do={ :set missing ($missing . " env-KARIBU_COA_HOST") }
  :if ([:len [/container/envs/find where comment="karibu:env-KARIBU_COA_PORT"]] = 0) do={ :set missing ($missing . " env-KARIBU_COA_PORT") }
  :if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_HOST"]] = 0) do={ :set missing ($missing . " env-KARIBU_ROUTER_HOST") }
  :if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_PORT"]] = 0) do={ :set missing ($missing . " env-KARIBU_ROUTER_PORT") }
  :if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_USER"]] = 0) do={ :set missing ($missing . " env-KARIBU_ROUTER_USER") }
  :if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_PASSWORD"]] = 0) do={ :set missing ($missing . " env-KARIBU_ROUTER_PASSWORD") }
  :if ([:len [/container/mounts/find where comment="karibu:agent-data"]] = 0) do={ :set missing ($missing . " agent-data") }
  :if ([:len [/container/find where comment="karibu:agent"]] = 0) do={ :set missing ($missing . " agent") }
  :if ([:len [/system/script/find where comment="karibu:agent-start"]] = 0) do={ :set missing ($missing . " agent-start") }
  :if ([:len [/system/scheduler/find where comment="karibu:agent-boot"]] = 0) do={ :set missing ($missing . " agent-boot") }
  :if ([:len [/system/scheduler/find where comment="karibu:agent-minute"]] = 0) do={ :set missing ($missing . " agent-minute") }
  :if ([:len [/system/script/find where comment="karibu:agent-restart"]] = 0) do={ :set missing ($missing . " agent-restart") }
  :if ([:len [/tool/netwatch/find where comment="karibu:agent-watch"]] = 0) do={ :set missing ($missing . " agent-watch") }
  :if ([:len $missing] = 0) do={
    :put "ok       The agent"
  } else={
    :put ("MISSING  The agent:" . $missing . ". Import setup.rsc again.")
  }
}
