# Karibu: set-up. May be imported again at any time.
# RouterOS 7.24. Made by Karibu: change the site's settings, not this file.
:if (!([:pick [/system/resource/get version] 0 4] = "7.24")) do={
  :error "karibu: this script is for RouterOS 7.24; nothing was changed"
}

# Time and names
:put "karibu: Time and names"
:if ([:len [/system/script/find where comment="karibu:before-time"]] = 0) do={
  :local was1 "no"
  :if ([/system/ntp/client/get enabled] = true) do={ :set was1 "yes" }
  :local was2 ""
  :foreach one in=[/system/ntp/client/get servers] do={
    :if ([:len $was2] > 0) do={ :set was2 ($was2 . ",") }
    :set was2 ($was2 . [:tostr $one])
  }
  /system/script/add name=karibu-before-time comment="karibu:before-time" source=("/system/ntp/client/set enabled=\"" . $was1 . "\" servers=\"" . $was2 . "\"")
}
/system/ntp/client/set enabled=yes servers=0.pool.ntp.org,1.pool.ntp.org
:if ([:len [/system/script/find where comment="karibu:before-names"]] = 0) do={
  :local was1 "no"
  :if ([/ip/dns/get allow-remote-requests] = true) do={ :set was1 "yes" }
  /system/script/add name=karibu-before-names comment="karibu:before-names" source=("/ip/dns/set allow-remote-requests=\"" . $was1 . "\"")
}
/ip/dns/set allow-remote-requests=yes
:if ([:len [/ip/dns/static/find where comment="karibu:portal-name"]] = 0) do={
  /ip/dns/static/add name=wifi.example.net address=172.31.255.2 ttl=5m comment="karibu:portal-name"
} else={
  /ip/dns/static/set [/ip/dns/static/find where comment="karibu:portal-name"] name=wifi.example.net address=172.31.255.2 ttl=5m
}

# The tunnel to the hub
:put "karibu: The tunnel to the hub"
:if ([:len [/interface/wireguard/find where comment="karibu:hub-tunnel"]] = 0) do={
  /interface/wireguard/add name=karibu-hub mtu=1420 comment="karibu:hub-tunnel"
} else={
  /interface/wireguard/set [/interface/wireguard/find where comment="karibu:hub-tunnel"] name=karibu-hub mtu=1420
}
:if ([:len [/interface/wireguard/peers/find where comment="karibu:hub-peer"]] = 0) do={
  /interface/wireguard/peers/add interface=karibu-hub public-key="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" endpoint-address=hub.example.com endpoint-port=51820 allowed-address=10.90.0.0/24 persistent-keepalive=25s comment="karibu:hub-peer"
} else={
  /interface/wireguard/peers/set [/interface/wireguard/peers/find where comment="karibu:hub-peer"] interface=karibu-hub public-key="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=" endpoint-address=hub.example.com endpoint-port=51820 allowed-address=10.90.0.0/24 persistent-keepalive=25s
}
:if ([:len [/ip/address/find where comment="karibu:hub-tunnel-address"]] = 0) do={
  /ip/address/add address=10.90.0.2/24 interface=karibu-hub comment="karibu:hub-tunnel-address"
} else={
  /ip/address/set [/ip/address/find where comment="karibu:hub-tunnel-address"] address=10.90.0.2/24 interface=karibu-hub
}
:put ("karibu: this router's public key for the hub: " . [/interface/wireguard/get [/interface/wireguard/find where comment="karibu:hub-tunnel"] public-key])

# The agent's network
:put "karibu: The agent's network"
:if ([:len [/interface/veth/find where comment="karibu:agent-veth"]] = 0) do={
  /interface/veth/add name=karibu-veth address=172.31.255.2/30 gateway=172.31.255.1 comment="karibu:agent-veth"
} else={
  /interface/veth/set [/interface/veth/find where comment="karibu:agent-veth"] name=karibu-veth address=172.31.255.2/30 gateway=172.31.255.1
}
:if ([:len [/interface/bridge/find where comment="karibu:agent-bridge"]] = 0) do={
  /interface/bridge/add name=karibu-agent comment="karibu:agent-bridge"
} else={
  /interface/bridge/set [/interface/bridge/find where comment="karibu:agent-bridge"] name=karibu-agent
}
:if ([:len [/interface/bridge/port/find where comment="karibu:agent-port"]] = 0) do={
  /interface/bridge/port/add bridge=karibu-agent interface=karibu-veth comment="karibu:agent-port"
} else={
  /interface/bridge/port/set [/interface/bridge/port/find where comment="karibu:agent-port"] bridge=karibu-agent interface=karibu-veth
}
:if ([:len [/ip/address/find where comment="karibu:agent-gateway"]] = 0) do={
  /ip/address/add address=172.31.255.1/30 interface=karibu-agent comment="karibu:agent-gateway"
} else={
  /ip/address/set [/ip/address/find where comment="karibu:agent-gateway"] address=172.31.255.1/30 interface=karibu-agent
}
:if ([:len [/ip/firewall/nat/find where comment="karibu:agent-nat"]] = 0) do={
  /ip/firewall/nat/add chain=srcnat action=masquerade src-address=172.31.255.0/30 comment="karibu:agent-nat"
} else={
  /ip/firewall/nat/set [/ip/firewall/nat/find where comment="karibu:agent-nat"] chain=srcnat action=masquerade src-address=172.31.255.0/30
}

# Firewall: what the agent may reach
:put "karibu: Firewall: what the agent may reach"
:if ([:len [/ip/firewall/filter/find where comment="karibu:agent-known"]] = 0) do={
  /ip/firewall/filter/add chain=input action=accept in-interface=karibu-agent connection-state=established,related comment="karibu:agent-known"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:agent-known"] chain=input action=accept in-interface=karibu-agent connection-state=established,related
}
:if ([:len [/ip/firewall/filter/find where comment="karibu:agent-radius"]] = 0) do={
  /ip/firewall/filter/add chain=input action=accept in-interface=karibu-agent src-address=172.31.255.2 protocol=udp src-port="1812,1813" comment="karibu:agent-radius"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:agent-radius"] chain=input action=accept in-interface=karibu-agent src-address=172.31.255.2 protocol=udp src-port="1812,1813"
}
:if ([:len [/ip/firewall/filter/find where comment="karibu:agent-coa"]] = 0) do={
  /ip/firewall/filter/add chain=input action=accept in-interface=karibu-agent src-address=172.31.255.2 protocol=udp dst-port=3799 comment="karibu:agent-coa"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:agent-coa"] chain=input action=accept in-interface=karibu-agent src-address=172.31.255.2 protocol=udp dst-port=3799
}
:if ([:len [/ip/firewall/filter/find where comment="karibu:agent-api"]] = 0) do={
  /ip/firewall/filter/add chain=input action=accept in-interface=karibu-agent src-address=172.31.255.2 protocol=tcp dst-port=8728 comment="karibu:agent-api"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:agent-api"] chain=input action=accept in-interface=karibu-agent src-address=172.31.255.2 protocol=tcp dst-port=8728
}
:if ([:len [/ip/firewall/filter/find where comment="karibu:agent-dns"]] = 0) do={
  /ip/firewall/filter/add chain=input action=accept in-interface=karibu-agent src-address=172.31.255.2 protocol=udp dst-port=53 comment="karibu:agent-dns"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:agent-dns"] chain=input action=accept in-interface=karibu-agent src-address=172.31.255.2 protocol=udp dst-port=53
}
:if ([:len [/ip/firewall/filter/find where comment="karibu:agent-dns-tcp"]] = 0) do={
  /ip/firewall/filter/add chain=input action=accept in-interface=karibu-agent src-address=172.31.255.2 protocol=tcp dst-port=53 comment="karibu:agent-dns-tcp"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:agent-dns-tcp"] chain=input action=accept in-interface=karibu-agent src-address=172.31.255.2 protocol=tcp dst-port=53
}
:if ([:len [/ip/firewall/filter/find where comment="karibu:agent-rest"]] = 0) do={
  /ip/firewall/filter/add chain=input action=drop in-interface=karibu-agent comment="karibu:agent-rest"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:agent-rest"] chain=input action=drop in-interface=karibu-agent
}
:if ([:len [/ip/firewall/filter/find where comment="karibu:hub-known"]] = 0) do={
  /ip/firewall/filter/add chain=input action=accept in-interface=karibu-hub connection-state=established,related comment="karibu:hub-known"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:hub-known"] chain=input action=accept in-interface=karibu-hub connection-state=established,related
}
:if ([:len [/ip/firewall/filter/find where comment="karibu:hub-second-coa"]] = 0) do={
  /ip/firewall/filter/add chain=input action=accept in-interface=karibu-hub src-address=10.90.0.1 protocol=udp dst-port=3799 comment="karibu:hub-second-coa"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:hub-second-coa"] chain=input action=accept in-interface=karibu-hub src-address=10.90.0.1 protocol=udp dst-port=3799
}
:if ([:len [/ip/firewall/filter/find where comment="karibu:hub-rest"]] = 0) do={
  /ip/firewall/filter/add chain=input action=drop in-interface=karibu-hub comment="karibu:hub-rest"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:hub-rest"] chain=input action=drop in-interface=karibu-hub
}
{
  :local others [/ip/firewall/filter/find where dynamic=no and !(comment~"^karibu:")]
  :if ([:len $others] > 0) do={
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:agent-known"] destination=[:pick $others 0]
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:agent-radius"] destination=[:pick $others 0]
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:agent-coa"] destination=[:pick $others 0]
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:agent-api"] destination=[:pick $others 0]
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:agent-dns"] destination=[:pick $others 0]
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:agent-dns-tcp"] destination=[:pick $others 0]
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:agent-rest"] destination=[:pick $others 0]
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:hub-known"] destination=[:pick $others 0]
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:hub-second-coa"] destination=[:pick $others 0]
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:hub-rest"] destination=[:pick $others 0]
  }
}

# The guests' network
:put "karibu: The guests' network"
:if ([:len [/interface/bridge/find where comment="karibu:guest-bridge"]] = 0) do={
  /interface/bridge/add name=karibu-guest comment="karibu:guest-bridge"
} else={
  /interface/bridge/set [/interface/bridge/find where comment="karibu:guest-bridge"] name=karibu-guest
}
:if ([:len [/ip/address/find where comment="karibu:guest-gateway"]] = 0) do={
  /ip/address/add address=10.5.48.1/22 interface=karibu-guest comment="karibu:guest-gateway"
} else={
  /ip/address/set [/ip/address/find where comment="karibu:guest-gateway"] address=10.5.48.1/22 interface=karibu-guest
}
:if ([:len [/ip/pool/find where comment="karibu:guest-pool"]] = 0) do={
  /ip/pool/add name=karibu-guest ranges=10.5.48.10-10.5.51.250 comment="karibu:guest-pool"
} else={
  /ip/pool/set [/ip/pool/find where comment="karibu:guest-pool"] name=karibu-guest ranges=10.5.48.10-10.5.51.250
}
:if ([:len [/ip/dhcp-server/option/find where comment="karibu:captive-api"]] = 0) do={
  /ip/dhcp-server/option/add name=karibu-captive-api code=114 value="'https://portal.example.net/captive'" force=yes comment="karibu:captive-api"
} else={
  /ip/dhcp-server/option/set [/ip/dhcp-server/option/find where comment="karibu:captive-api"] name=karibu-captive-api code=114 value="'https://portal.example.net/captive'" force=yes
}
:if ([:len [/ip/dhcp-server/network/find where comment="karibu:guest-dhcp-network"]] = 0) do={
  /ip/dhcp-server/network/add address=10.5.48.0/22 gateway=10.5.48.1 dns-server=10.5.48.1 dhcp-option=karibu-captive-api comment="karibu:guest-dhcp-network"
} else={
  /ip/dhcp-server/network/set [/ip/dhcp-server/network/find where comment="karibu:guest-dhcp-network"] address=10.5.48.0/22 gateway=10.5.48.1 dns-server=10.5.48.1 dhcp-option=karibu-captive-api
}
:if ([:len [/ip/dhcp-server/find where comment="karibu:guest-dhcp"]] = 0) do={
  /ip/dhcp-server/add name=karibu-guest interface=karibu-guest address-pool=karibu-guest lease-time=1h disabled=no comment="karibu:guest-dhcp"
} else={
  /ip/dhcp-server/set [/ip/dhcp-server/find where comment="karibu:guest-dhcp"] name=karibu-guest interface=karibu-guest address-pool=karibu-guest lease-time=1h disabled=no
}
:if ([:len [/ip/firewall/address-list/find where comment="karibu:private-10.0.0.0"]] = 0) do={
  /ip/firewall/address-list/add list=karibu-private address=10.0.0.0/8 comment="karibu:private-10.0.0.0"
} else={
  /ip/firewall/address-list/set [/ip/firewall/address-list/find where comment="karibu:private-10.0.0.0"] list=karibu-private address=10.0.0.0/8
}
:if ([:len [/ip/firewall/address-list/find where comment="karibu:private-172.16.0.0"]] = 0) do={
  /ip/firewall/address-list/add list=karibu-private address=172.16.0.0/12 comment="karibu:private-172.16.0.0"
} else={
  /ip/firewall/address-list/set [/ip/firewall/address-list/find where comment="karibu:private-172.16.0.0"] list=karibu-private address=172.16.0.0/12
}
:if ([:len [/ip/firewall/address-list/find where comment="karibu:private-192.168.0.0"]] = 0) do={
  /ip/firewall/address-list/add list=karibu-private address=192.168.0.0/16 comment="karibu:private-192.168.0.0"
} else={
  /ip/firewall/address-list/set [/ip/firewall/address-list/find where comment="karibu:private-192.168.0.0"] list=karibu-private address=192.168.0.0/16
}
:if ([:len [/ip/firewall/nat/find where comment="karibu:guest-nat"]] = 0) do={
  /ip/firewall/nat/add chain=srcnat action=masquerade src-address=10.5.48.0/22 dst-address-list=!karibu-private comment="karibu:guest-nat"
} else={
  /ip/firewall/nat/set [/ip/firewall/nat/find where comment="karibu:guest-nat"] chain=srcnat action=masquerade src-address=10.5.48.0/22 dst-address-list=!karibu-private
}

# Firewall: guests without fasttrack, without IPv6, away from the owner's network
:put "karibu: Firewall: guests without fasttrack, without IPv6, away from the owner's network"
:if ([:len [/ip/firewall/filter/find where comment="karibu:guest-known-out"]] = 0) do={
  /ip/firewall/filter/add chain=forward action=accept in-interface=karibu-guest connection-state=established,related comment="karibu:guest-known-out"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:guest-known-out"] chain=forward action=accept in-interface=karibu-guest connection-state=established,related
}
:if ([:len [/ip/firewall/filter/find where comment="karibu:guest-known-in"]] = 0) do={
  /ip/firewall/filter/add chain=forward action=accept out-interface=karibu-guest connection-state=established,related comment="karibu:guest-known-in"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:guest-known-in"] chain=forward action=accept out-interface=karibu-guest connection-state=established,related
}
:if ([:len [/ip/firewall/filter/find where comment="karibu:guest-portal"]] = 0) do={
  /ip/firewall/filter/add chain=forward action=accept in-interface=karibu-guest dst-address=172.31.255.2 protocol=tcp dst-port=80 comment="karibu:guest-portal"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:guest-portal"] chain=forward action=accept in-interface=karibu-guest dst-address=172.31.255.2 protocol=tcp dst-port=80
}
:if ([:len [/ip/firewall/filter/find where comment="karibu:guest-private"]] = 0) do={
  /ip/firewall/filter/add chain=forward action=drop in-interface=karibu-guest dst-address-list=karibu-private comment="karibu:guest-private"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:guest-private"] chain=forward action=drop in-interface=karibu-guest dst-address-list=karibu-private
}
:if ([:len [/ip/firewall/filter/find where comment="karibu:foreign-dns-udp"]] = 0) do={
  /ip/firewall/filter/add chain=input action=drop protocol=udp dst-port=53 src-address-list=!karibu-private comment="karibu:foreign-dns-udp"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:foreign-dns-udp"] chain=input action=drop protocol=udp dst-port=53 src-address-list=!karibu-private
}
:if ([:len [/ip/firewall/filter/find where comment="karibu:foreign-dns-tcp"]] = 0) do={
  /ip/firewall/filter/add chain=input action=drop protocol=tcp dst-port=53 src-address-list=!karibu-private comment="karibu:foreign-dns-tcp"
} else={
  /ip/firewall/filter/set [/ip/firewall/filter/find where comment="karibu:foreign-dns-tcp"] chain=input action=drop protocol=tcp dst-port=53 src-address-list=!karibu-private
}
:if ([:len [/ipv6/firewall/filter/find where comment="karibu:guest-ipv6-in"]] = 0) do={
  /ipv6/firewall/filter/add chain=input action=drop in-interface=karibu-guest comment="karibu:guest-ipv6-in"
} else={
  /ipv6/firewall/filter/set [/ipv6/firewall/filter/find where comment="karibu:guest-ipv6-in"] chain=input action=drop in-interface=karibu-guest
}
:if ([:len [/ipv6/firewall/filter/find where comment="karibu:guest-ipv6-out"]] = 0) do={
  /ipv6/firewall/filter/add chain=forward action=drop in-interface=karibu-guest comment="karibu:guest-ipv6-out"
} else={
  /ipv6/firewall/filter/set [/ipv6/firewall/filter/find where comment="karibu:guest-ipv6-out"] chain=forward action=drop in-interface=karibu-guest
}
:if ([:len [/ipv6/firewall/filter/find where comment="karibu:guest-ipv6-back"]] = 0) do={
  /ipv6/firewall/filter/add chain=forward action=drop out-interface=karibu-guest comment="karibu:guest-ipv6-back"
} else={
  /ipv6/firewall/filter/set [/ipv6/firewall/filter/find where comment="karibu:guest-ipv6-back"] chain=forward action=drop out-interface=karibu-guest
}
{
  :local others [/ip/firewall/filter/find where dynamic=no and !(comment~"^karibu:")]
  :if ([:len $others] > 0) do={
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:guest-known-out"] destination=[:pick $others 0]
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:guest-known-in"] destination=[:pick $others 0]
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:guest-portal"] destination=[:pick $others 0]
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:guest-private"] destination=[:pick $others 0]
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:foreign-dns-udp"] destination=[:pick $others 0]
    /ip/firewall/filter/move [/ip/firewall/filter/find where comment="karibu:foreign-dns-tcp"] destination=[:pick $others 0]
  }
}
{
  :local others [/ipv6/firewall/filter/find where dynamic=no and !(comment~"^karibu:")]
  :if ([:len $others] > 0) do={
    /ipv6/firewall/filter/move [/ipv6/firewall/filter/find where comment="karibu:guest-ipv6-in"] destination=[:pick $others 0]
    /ipv6/firewall/filter/move [/ipv6/firewall/filter/find where comment="karibu:guest-ipv6-out"] destination=[:pick $others 0]
    /ipv6/firewall/filter/move [/ipv6/firewall/filter/find where comment="karibu:guest-ipv6-back"] destination=[:pick $others 0]
  }
}

# RADIUS: who may be online is the agent's word
:put "karibu: RADIUS: who may be online is the agent's word"
:if ([:len [/radius/find where comment="karibu:agent-radius"]] = 0) do={
  /radius/add service=hotspot authentication-port=1812 accounting-port=1813 timeout=3s require-message-auth=yes-for-request-resp disabled=no address=172.31.255.2 src-address=172.31.255.1 secret=sample-radius-secret comment="karibu:agent-radius"
} else={
  /radius/set [/radius/find where comment="karibu:agent-radius"] service=hotspot authentication-port=1812 accounting-port=1813 timeout=3s require-message-auth=yes-for-request-resp disabled=no address=172.31.255.2 src-address=172.31.255.1 secret=sample-radius-secret
}
:if ([:len [/radius/find where comment="karibu:hub-radius"]] = 0) do={
  /radius/add service=hotspot authentication-port=1812 accounting-port=1813 timeout=3s require-message-auth=yes-for-request-resp disabled=no address=10.90.0.1 src-address=10.90.0.2 secret=sample-second-secret comment="karibu:hub-radius"
} else={
  /radius/set [/radius/find where comment="karibu:hub-radius"] service=hotspot authentication-port=1812 accounting-port=1813 timeout=3s require-message-auth=yes-for-request-resp disabled=no address=10.90.0.1 src-address=10.90.0.2 secret=sample-second-secret
}
:if ([:len [/system/script/find where comment="karibu:before-coa"]] = 0) do={
  :local was1 "no"
  :if ([/radius/incoming/get accept] = true) do={ :set was1 "yes" }
  :local was2 [:tostr [/radius/incoming/get port]]
  /system/script/add name=karibu-before-coa comment="karibu:before-coa" source=("/radius/incoming/set accept=\"" . $was1 . "\" port=\"" . $was2 . "\"")
}
/radius/incoming/set accept=yes port=3799
{
  :local others [/radius/find where !(comment~"^karibu:")]
  :if ([:len $others] > 0) do={
    /radius/move [/radius/find where comment="karibu:agent-radius"] destination=[:pick $others 0]
    /radius/move [/radius/find where comment="karibu:hub-radius"] destination=[:pick $others 0]
  }
}

# The agent's account on this router
:put "karibu: The agent's account on this router"
:if ([:len [/user/group/find where comment="karibu:agent-group"]] = 0) do={
  /user/group/add name=karibu-agent policy=api,read,write,test,reboot comment="karibu:agent-group"
} else={
  /user/group/set [/user/group/find where comment="karibu:agent-group"] name=karibu-agent policy=api,read,write,test,reboot
}
:if ([:len [/user/find where comment="karibu:agent-user"]] = 0) do={
  /user/add name=karibu-agent group=karibu-agent password=sample-api-password address=172.31.255.2 disabled=no comment="karibu:agent-user"
} else={
  /user/set [/user/find where comment="karibu:agent-user"] name=karibu-agent group=karibu-agent password=sample-api-password address=172.31.255.2 disabled=no
}
:if ([:len [/system/script/find where comment="karibu:before-api"]] = 0) do={
  :local was1 "no"
  :if ([/ip/service/get api disabled] = true) do={ :set was1 "yes" }
  :local was2 [:tostr [/ip/service/get api port]]
  :local was3 ""
  :foreach one in=[/ip/service/get api address] do={
    :if ([:len $was3] > 0) do={ :set was3 ($was3 . ",") }
    :set was3 ($was3 . [:tostr $one])
  }
  /system/script/add name=karibu-before-api comment="karibu:before-api" source=("/ip/service/set api disabled=\"" . $was1 . "\" port=\"" . $was2 . "\" address=\"" . $was3 . "\"")
}
/ip/service/set api disabled=no port=8728 address=172.31.255.2/32

# The hotspot
:put "karibu: The hotspot"
:if ([:len [/ip/hotspot/profile/find where name=karibu-guest]] = 0) do={
  /ip/hotspot/profile/add hotspot-address=10.5.48.1 dns-name=hotspot.example.net login-by=http-pap,mac-cookie use-radius=yes radius-accounting=yes radius-interim-update=received radius-location-id=site-1 radius-location-name="The corner's caf\C3\A9" nas-port-type=wireless-802.11 name=karibu-guest
} else={
  :local was1 [:tostr [/ip/hotspot/profile/get [/ip/hotspot/profile/find where name=karibu-guest] hotspot-address]]
  :local was2 [:tostr [/ip/hotspot/profile/get [/ip/hotspot/profile/find where name=karibu-guest] dns-name]]
  :local was3 ""
  :foreach one in=[/ip/hotspot/profile/get [/ip/hotspot/profile/find where name=karibu-guest] login-by] do={
    :if ([:len $was3] > 0) do={ :set was3 ($was3 . ",") }
    :set was3 ($was3 . [:tostr $one])
  }
  :local was4 "no"
  :if ([/ip/hotspot/profile/get [/ip/hotspot/profile/find where name=karibu-guest] use-radius] = true) do={ :set was4 "yes" }
  :local was5 "no"
  :if ([/ip/hotspot/profile/get [/ip/hotspot/profile/find where name=karibu-guest] radius-accounting] = true) do={ :set was5 "yes" }
  :local was6 [:tostr [/ip/hotspot/profile/get [/ip/hotspot/profile/find where name=karibu-guest] radius-interim-update]]
  :local was7 [:tostr [/ip/hotspot/profile/get [/ip/hotspot/profile/find where name=karibu-guest] radius-location-id]]
  :local was8 [:tostr [/ip/hotspot/profile/get [/ip/hotspot/profile/find where name=karibu-guest] radius-location-name]]
  :if (($was1 != "10.5.48.1") || ($was2 != "hotspot.example.net") || ($was3 != "http-pap,mac-cookie") || ($was4 != "yes") || ($was5 != "yes") || ($was6 != "received") || ($was7 != "site-1") || ($was8 != "The corner's caf\C3\A9")) do={
    /ip/hotspot/profile/set [/ip/hotspot/profile/find where name=karibu-guest] hotspot-address=10.5.48.1 dns-name=hotspot.example.net login-by=http-pap,mac-cookie use-radius=yes radius-accounting=yes radius-interim-update=received radius-location-id=site-1 radius-location-name="The corner's caf\C3\A9" nas-port-type=wireless-802.11
  }
}
:if ([:len [/ip/hotspot/find where name=karibu-guest]] = 0) do={
  /ip/hotspot/add interface=karibu-guest profile=karibu-guest address-pool=none addresses-per-mac=2 idle-timeout=5m keepalive-timeout=none login-timeout=none disabled=no name=karibu-guest
} else={
  :local was1 [:tostr [/ip/hotspot/get [/ip/hotspot/find where name=karibu-guest] interface]]
  :local was2 [:tostr [/ip/hotspot/get [/ip/hotspot/find where name=karibu-guest] profile]]
  :local was3 "no"
  :if ([/ip/hotspot/get [/ip/hotspot/find where name=karibu-guest] disabled] = true) do={ :set was3 "yes" }
  :if (($was1 != "karibu-guest") || ($was2 != "karibu-guest") || ($was3 != "no")) do={
    /ip/hotspot/set [/ip/hotspot/find where name=karibu-guest] interface=karibu-guest profile=karibu-guest address-pool=none addresses-per-mac=2 idle-timeout=5m keepalive-timeout=none login-timeout=none disabled=no
  }
}
:if ([:len [/system/script/find where comment="karibu:before-user-profile"]] = 0) do={
  :local was1 [:tostr [/ip/hotspot/user/profile/get default keepalive-timeout]]
  :local was2 "no"
  :if ([/ip/hotspot/user/profile/get default add-mac-cookie] = true) do={ :set was2 "yes" }
  :local was3 [:tostr [/ip/hotspot/user/profile/get default mac-cookie-timeout]]
  /system/script/add name=karibu-before-user-profile comment="karibu:before-user-profile" source=("/ip/hotspot/user/profile/set default keepalive-timeout=\"" . $was1 . "\" add-mac-cookie=\"" . $was2 . "\" mac-cookie-timeout=\"" . $was3 . "\"")
}
/ip/hotspot/user/profile/set default keepalive-timeout=none add-mac-cookie=yes mac-cookie-timeout=30d
{
  :local folder "karibu-hotspot"
  :if ([:len [/file/find where name="flash"]] > 0) do={ :set folder ("flash/" . $folder) }
  :local loginFile ($folder . "/login.html")
  :local loginText "<!doctype html>\0A\
<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\0A\
<title>Karibu</title>\0A\
<noscript><meta http-equiv=\"refresh\" content=\"0;url=http://172.31.255.2/\3Fmac=\$(mac-esc)&amp;ip=\$(ip)&amp;login=\$(link-login-only)&amp;dst=\$(link-orig-esc)&amp;srv=\$(server-name)&amp;err=\$(error-orig)\"></noscript>\0A\
<style>body{font:18px system-ui,sans-serif;max-width:22rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}\0A\
input,button{font:inherit;display:block;width:100%;box-sizing:border-box;margin:.5rem 0;padding:.7rem}</style></head>\0A\
<body><h1>Karibu</h1>\0A\
<p><a id=\"shop\" href=\"http://172.31.255.2/\3Fmac=\$(mac-esc)&amp;ip=\$(ip)&amp;login=\$(link-login-only)&amp;dst=\$(link-orig-esc)&amp;srv=\$(server-name)&amp;err=\$(error-orig)\">Open the shop / Fungua duka</a></p>\0A\
<div id=\"off\"><p>The shop does not answer. If you have a voucher, type its code:<br>\0A\
Duka halijibu. Kama una vocha, andika namba yake:</p>\0A\
\$(if error)<p><b>\$(error)</b></p>\$(endif)\0A\
<form action=\"\$(link-login-only)\" method=\"post\">\0A\
<input name=\"username\" aria-label=\"Voucher code\" autocomplete=\"off\" autocapitalize=\"off\" required>\0A\
<input type=\"hidden\" name=\"password\"><input type=\"hidden\" name=\"dst\" value=\"http://wifi.example.net/\">\0A\
<button>Connect / Unganisha</button></form></div>\0A\
<script>\0A\
var off=document.getElementById(\"off\");off.hidden=true;\0A\
if(\"\$(link-orig-esc)\".indexOf(\"172.31.255.2\")<0){var wait=setTimeout(function(){off.hidden=false},4000);\0A\
fetch(\"http://172.31.255.2/health\",{mode:\"no-cors\",cache:\"no-store\"}).then(function(){clearTimeout(wait);\0A\
location.replace(document.getElementById(\"shop\").href)},function(){off.hidden=false})}else off.hidden=false\0A\
</script></body></html>\0A\
"
  :if ([/ip/hotspot/profile/get [/ip/hotspot/profile/find where name=karibu-guest] html-directory] != $folder) do={
    /ip/hotspot/profile/set [/ip/hotspot/profile/find where name=karibu-guest] html-directory=$folder
  }
  :if ([:len [/file/find where name=($folder . "/rlogin.html")]] = 0) do={
    :do { /ip/hotspot/reset-html [/ip/hotspot/find where name=karibu-guest] } on-error={ }
    :delay 3s
  }
  :if ([:len [/file/find where name=$folder]] = 0) do={ /file/add name=$folder type=directory }
  :if ([:len [/file/find where name=$loginFile]] = 0) do={
    /file/add name=$loginFile type=file contents=$loginText
  } else={
    :if ([/file/get [/file/find where name=$loginFile] contents] != $loginText) do={
      /file/set [/file/find where name=$loginFile] contents=$loginText
    }
  }
}

# What is open without paying
:put "karibu: What is open without paying"
:if ([:len [/ip/hotspot/walled-garden/ip/find where comment="karibu:open-portal"]] = 0) do={
  /ip/hotspot/walled-garden/ip/add action=accept dst-address=172.31.255.2 protocol=tcp dst-port=80 comment="karibu:open-portal"
} else={
  /ip/hotspot/walled-garden/ip/set [/ip/hotspot/walled-garden/ip/find where comment="karibu:open-portal"] action=accept dst-address=172.31.255.2 protocol=tcp dst-port=80
}
:if ([:len [/ip/hotspot/walled-garden/find where comment="karibu:open-portal-name"]] = 0) do={
  /ip/hotspot/walled-garden/add action=allow dst-host=wifi.example.net comment="karibu:open-portal-name"
} else={
  /ip/hotspot/walled-garden/set [/ip/hotspot/walled-garden/find where comment="karibu:open-portal-name"] action=allow dst-host=wifi.example.net
}
:if ([:len [/ip/hotspot/walled-garden/ip/find where comment="karibu:open-pay.example.com"]] = 0) do={
  /ip/hotspot/walled-garden/ip/add action=accept dst-host=pay.example.com protocol=tcp dst-port=443 comment="karibu:open-pay.example.com"
} else={
  /ip/hotspot/walled-garden/ip/set [/ip/hotspot/walled-garden/ip/find where comment="karibu:open-pay.example.com"] action=accept dst-host=pay.example.com protocol=tcp dst-port=443
}
:if ([:len [/ip/hotspot/walled-garden/find where comment="karibu:open-pay.example.com"]] = 0) do={
  /ip/hotspot/walled-garden/add action=allow dst-host=pay.example.com comment="karibu:open-pay.example.com"
} else={
  /ip/hotspot/walled-garden/set [/ip/hotspot/walled-garden/find where comment="karibu:open-pay.example.com"] action=allow dst-host=pay.example.com
}
:if ([:len [/ip/hotspot/walled-garden/ip/find where comment="karibu:open-hub.example.com"]] = 0) do={
  /ip/hotspot/walled-garden/ip/add action=accept dst-host=hub.example.com protocol=tcp dst-port=443 comment="karibu:open-hub.example.com"
} else={
  /ip/hotspot/walled-garden/ip/set [/ip/hotspot/walled-garden/ip/find where comment="karibu:open-hub.example.com"] action=accept dst-host=hub.example.com protocol=tcp dst-port=443
}
:if ([:len [/ip/hotspot/walled-garden/find where comment="karibu:open-hub.example.com"]] = 0) do={
  /ip/hotspot/walled-garden/add action=allow dst-host=hub.example.com comment="karibu:open-hub.example.com"
} else={
  /ip/hotspot/walled-garden/set [/ip/hotspot/walled-garden/find where comment="karibu:open-hub.example.com"] action=allow dst-host=hub.example.com
}
:if ([:len [/ip/hotspot/walled-garden/ip/find where comment="karibu:open-portal.example.net"]] = 0) do={
  /ip/hotspot/walled-garden/ip/add action=accept dst-host=portal.example.net protocol=tcp dst-port=443 comment="karibu:open-portal.example.net"
} else={
  /ip/hotspot/walled-garden/ip/set [/ip/hotspot/walled-garden/ip/find where comment="karibu:open-portal.example.net"] action=accept dst-host=portal.example.net protocol=tcp dst-port=443
}
:if ([:len [/ip/hotspot/walled-garden/find where comment="karibu:open-portal.example.net"]] = 0) do={
  /ip/hotspot/walled-garden/add action=allow dst-host=portal.example.net comment="karibu:open-portal.example.net"
} else={
  /ip/hotspot/walled-garden/set [/ip/hotspot/walled-garden/find where comment="karibu:open-portal.example.net"] action=allow dst-host=portal.example.net
}

# Phones find the portal without internet too
:put "karibu: Phones find the portal without internet too"
:if ([:len [/ip/dns/static/find where comment="karibu:probe-captive.apple.com"]] = 0) do={
  /ip/dns/static/add name=captive.apple.com address=192.0.2.1 ttl=10s disabled=yes comment="karibu:probe-captive.apple.com"
} else={
  /ip/dns/static/set [/ip/dns/static/find where comment="karibu:probe-captive.apple.com"] name=captive.apple.com address=192.0.2.1 ttl=10s
}
:if ([:len [/ip/dns/static/find where comment="karibu:probe-connectivitycheck.gstatic.com"]] = 0) do={
  /ip/dns/static/add name=connectivitycheck.gstatic.com address=192.0.2.1 ttl=10s disabled=yes comment="karibu:probe-connectivitycheck.gstatic.com"
} else={
  /ip/dns/static/set [/ip/dns/static/find where comment="karibu:probe-connectivitycheck.gstatic.com"] name=connectivitycheck.gstatic.com address=192.0.2.1 ttl=10s
}
:if ([:len [/ip/dns/static/find where comment="karibu:probe-clients3.google.com"]] = 0) do={
  /ip/dns/static/add name=clients3.google.com address=192.0.2.1 ttl=10s disabled=yes comment="karibu:probe-clients3.google.com"
} else={
  /ip/dns/static/set [/ip/dns/static/find where comment="karibu:probe-clients3.google.com"] name=clients3.google.com address=192.0.2.1 ttl=10s
}
:if ([:len [/ip/dns/static/find where comment="karibu:probe-connect.rom.miui.com"]] = 0) do={
  /ip/dns/static/add name=connect.rom.miui.com address=192.0.2.1 ttl=10s disabled=yes comment="karibu:probe-connect.rom.miui.com"
} else={
  /ip/dns/static/set [/ip/dns/static/find where comment="karibu:probe-connect.rom.miui.com"] name=connect.rom.miui.com address=192.0.2.1 ttl=10s
}
:if ([:len [/ip/dns/static/find where comment="karibu:probe-www.msftconnecttest.com"]] = 0) do={
  /ip/dns/static/add name=www.msftconnecttest.com address=192.0.2.1 ttl=10s disabled=yes comment="karibu:probe-www.msftconnecttest.com"
} else={
  /ip/dns/static/set [/ip/dns/static/find where comment="karibu:probe-www.msftconnecttest.com"] name=www.msftconnecttest.com address=192.0.2.1 ttl=10s
}
:if ([:len [/ip/dns/static/find where comment="karibu:probe-detectportal.firefox.com"]] = 0) do={
  /ip/dns/static/add name=detectportal.firefox.com address=192.0.2.1 ttl=10s disabled=yes comment="karibu:probe-detectportal.firefox.com"
} else={
  /ip/dns/static/set [/ip/dns/static/find where comment="karibu:probe-detectportal.firefox.com"] name=detectportal.firefox.com address=192.0.2.1 ttl=10s
}
:if ([:len [/tool/netwatch/find where comment="karibu:internet-watch"]] = 0) do={
  /tool/netwatch/add type=icmp host=1.1.1.1 interval=30s down-script="/ip/dns/static/enable [/ip/dns/static/find where comment~\"^karibu:probe-\"]; /ip/dns/cache/flush" up-script="/ip/dns/static/disable [/ip/dns/static/find where comment~\"^karibu:probe-\"]; /ip/dns/cache/flush" comment="karibu:internet-watch"
} else={
  /tool/netwatch/set [/tool/netwatch/find where comment="karibu:internet-watch"] type=icmp host=1.1.1.1 interval=30s down-script="/ip/dns/static/enable [/ip/dns/static/find where comment~\"^karibu:probe-\"]; /ip/dns/cache/flush" up-script="/ip/dns/static/disable [/ip/dns/static/find where comment~\"^karibu:probe-\"]; /ip/dns/cache/flush"
}

# The guests' ports
:put "karibu: The guests' ports"
:if ([:len [/interface/find where name=ether3]] = 0) do={
  :put "karibu: this router has no port ether3; left out"
} else={
  :if ([:len [/interface/bridge/port/find where interface=ether3]] = 0) do={
    /interface/bridge/port/add interface=ether3 bridge=karibu-guest comment="karibu:guest-port-ether3"
  } else={
    :if ([:len [/interface/bridge/port/find where comment="karibu:guest-port-ether3"]] = 0) do={
      :if ([:len [/system/script/find where comment="karibu:before-guest-port-ether3"]] = 0) do={
        :local was1 [:tostr [/interface/bridge/port/get [/interface/bridge/port/find where interface=ether3] bridge]]
        :local was2 [:tostr [/interface/bridge/port/get [/interface/bridge/port/find where interface=ether3] comment]]
        /system/script/add name=karibu-before-guest-port-ether3 comment="karibu:before-guest-port-ether3" source=("/interface/bridge/port/add interface=ether3 bridge=\"" . $was1 . "\" comment=\"" . $was2 . "\"")
      }
    }
    /interface/bridge/port/set [/interface/bridge/port/find where interface=ether3] bridge=karibu-guest comment="karibu:guest-port-ether3"
  }
}
:if ([:len [/interface/find where name=wifi1]] = 0) do={
  :put "karibu: this router has no port wifi1; left out"
} else={
  :if ([:len [/interface/bridge/port/find where interface=wifi1]] = 0) do={
    /interface/bridge/port/add interface=wifi1 bridge=karibu-guest comment="karibu:guest-port-wifi1"
  } else={
    :if ([:len [/interface/bridge/port/find where comment="karibu:guest-port-wifi1"]] = 0) do={
      :if ([:len [/system/script/find where comment="karibu:before-guest-port-wifi1"]] = 0) do={
        :local was1 [:tostr [/interface/bridge/port/get [/interface/bridge/port/find where interface=wifi1] bridge]]
        :local was2 [:tostr [/interface/bridge/port/get [/interface/bridge/port/find where interface=wifi1] comment]]
        /system/script/add name=karibu-before-guest-port-wifi1 comment="karibu:before-guest-port-wifi1" source=("/interface/bridge/port/add interface=wifi1 bridge=\"" . $was1 . "\" comment=\"" . $was2 . "\"")
      }
    }
    /interface/bridge/port/set [/interface/bridge/port/find where interface=wifi1] bridge=karibu-guest comment="karibu:guest-port-wifi1"
  }
}

# The agent
:put "karibu: The agent"
:if ([:len [/system/script/find where comment="karibu:before-containers"]] = 0) do={
  :local was1 [:tostr [/container/config/get tmpdir]]
  /system/script/add name=karibu-before-containers comment="karibu:before-containers" source=("/container/config/set tmpdir=\"" . $was1 . "\"")
}
/container/config/set tmpdir=usb1/karibu/tmp
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_HUB_URL"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_HUB_URL value="https://hub.example.com" comment="karibu:env-KARIBU_HUB_URL"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_HUB_URL"] list=karibu-agent key=KARIBU_HUB_URL value="https://hub.example.com"
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ENROL_TOKEN"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_ENROL_TOKEN value=sample-enrol-token comment="karibu:env-KARIBU_ENROL_TOKEN"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_ENROL_TOKEN"] list=karibu-agent key=KARIBU_ENROL_TOKEN value=sample-enrol-token
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_RADIUS_SECRET"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_RADIUS_SECRET value=sample-radius-secret comment="karibu:env-KARIBU_RADIUS_SECRET"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_RADIUS_SECRET"] list=karibu-agent key=KARIBU_RADIUS_SECRET value=sample-radius-secret
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_RADIUS_CLIENTS"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_RADIUS_CLIENTS value=172.31.255.1 comment="karibu:env-KARIBU_RADIUS_CLIENTS"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_RADIUS_CLIENTS"] list=karibu-agent key=KARIBU_RADIUS_CLIENTS value=172.31.255.1
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_COA_HOST"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_COA_HOST value=172.31.255.1 comment="karibu:env-KARIBU_COA_HOST"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_COA_HOST"] list=karibu-agent key=KARIBU_COA_HOST value=172.31.255.1
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_COA_PORT"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_COA_PORT value=3799 comment="karibu:env-KARIBU_COA_PORT"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_COA_PORT"] list=karibu-agent key=KARIBU_COA_PORT value=3799
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_HOST"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_ROUTER_HOST value=172.31.255.1 comment="karibu:env-KARIBU_ROUTER_HOST"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_HOST"] list=karibu-agent key=KARIBU_ROUTER_HOST value=172.31.255.1
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_PORT"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_ROUTER_PORT value=8728 comment="karibu:env-KARIBU_ROUTER_PORT"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_PORT"] list=karibu-agent key=KARIBU_ROUTER_PORT value=8728
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_USER"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_ROUTER_USER value=karibu-agent comment="karibu:env-KARIBU_ROUTER_USER"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_USER"] list=karibu-agent key=KARIBU_ROUTER_USER value=karibu-agent
}
:if ([:len [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_PASSWORD"]] = 0) do={
  /container/envs/add list=karibu-agent key=KARIBU_ROUTER_PASSWORD value=sample-api-password comment="karibu:env-KARIBU_ROUTER_PASSWORD"
} else={
  /container/envs/set [/container/envs/find where comment="karibu:env-KARIBU_ROUTER_PASSWORD"] list=karibu-agent key=KARIBU_ROUTER_PASSWORD value=sample-api-password
}
:if ([:len [/container/mounts/find where comment="karibu:agent-data"]] = 0) do={
  /container/mounts/add list=karibu-agent src=usb1/karibu/data dst="/data" comment="karibu:agent-data"
} else={
  /container/mounts/set [/container/mounts/find where comment="karibu:agent-data"] list=karibu-agent src=usb1/karibu/data dst="/data"
}
:if ([:len [/container/find where comment="karibu:agent"]] = 0) do={
  /container/add interface=karibu-veth envlists=karibu-agent mountlists=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes memory-high=128M restart-policy=always restart-interval=10s healthcheck-interval=30s healthcheck-timeout=10s healthcheck-retries=4 healthcheck-start-period=2m stop-on-unhealthy=yes start-on-boot=yes name=karibu-agent file=usb1/karibu-agent.tar root-dir=usb1/karibu/root comment="karibu:agent"
} else={
  :do { /container/set [/container/find where comment="karibu:agent"] interface=karibu-veth envlists=karibu-agent mountlists=karibu-agent dns=172.31.255.1 hostname=karibu logging=yes memory-high=128M restart-policy=always restart-interval=10s healthcheck-interval=30s healthcheck-timeout=10s healthcheck-retries=4 healthcheck-start-period=2m stop-on-unhealthy=yes start-on-boot=yes name=karibu-agent } on-error={ :put "karibu: the agent is running with its old settings; stop it and import this script again to give it the new ones" }
}
:if ([:len [/system/script/find where comment="karibu:agent-start"]] = 0) do={
  /system/script/add dont-require-permissions=yes policy=read,write,test name=karibu-agent-start source=":do { /container/start [/container/find where comment=\"karibu:agent\"] } on-error={ }" comment="karibu:agent-start"
} else={
  /system/script/set [/system/script/find where comment="karibu:agent-start"] dont-require-permissions=yes policy=read,write,test name=karibu-agent-start source=":do { /container/start [/container/find where comment=\"karibu:agent\"] } on-error={ }"
}
:if ([:len [/system/scheduler/find where comment="karibu:agent-boot"]] = 0) do={
  /system/scheduler/add name=karibu-agent-boot start-time=startup interval=0s on-event=":delay 60s; /system/script/run karibu-agent-start" policy=read,write,test comment="karibu:agent-boot"
} else={
  /system/scheduler/set [/system/scheduler/find where comment="karibu:agent-boot"] name=karibu-agent-boot start-time=startup interval=0s on-event=":delay 60s; /system/script/run karibu-agent-start" policy=read,write,test
}
:if ([:len [/system/scheduler/find where comment="karibu:agent-minute"]] = 0) do={
  /system/scheduler/add name=karibu-agent-minute start-date=1970-01-01 start-time="00:00:00" interval=1m on-event="/system/script/run karibu-agent-start" policy=read,write,test comment="karibu:agent-minute"
} else={
  /system/scheduler/set [/system/scheduler/find where comment="karibu:agent-minute"] name=karibu-agent-minute start-date=1970-01-01 start-time="00:00:00" interval=1m on-event="/system/script/run karibu-agent-start" policy=read,write,test
}
:put "karibu: the image is being unpacked; the agent starts by itself, within five minutes"

:put "karibu: done. Import verify.rsc in five minutes."
