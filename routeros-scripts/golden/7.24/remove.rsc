# Karibu: removal: takes away what carries the tag karibu: and puts the router's own settings back.
# RouterOS 7.24. Made by Karibu: change the site's settings, not this file.
# It is the same for every site and knows none of its values: whatever the site uses now, all that it may have used goes.
# The site's records stay in the folder karibu/data of the disk, for those who want them.
:foreach item in=[/system/scheduler/find where comment~"^karibu:"] do={
  :do { /system/scheduler/remove $item } on-error={ :put "karibu: could not remove something of /system/scheduler" }
}
:foreach item in=[/interface/bridge/port/find where comment~"^karibu:guest-port-"] do={
  :do { /interface/bridge/port/remove $item } on-error={ :put "karibu: could not remove something of /interface/bridge/port" }
}
:do {
  [[:parse ":foreach item in=[/container/find where comment~\"^karibu:\"] do={ :do { /container/stop \$item } on-error={ } }\0A\
:delay 15s\0A\
:foreach item in=[/container/find where comment~\"^karibu:\"] do={\0A\
  :do { /container/remove \$item } on-error={ :put \"karibu: could not remove something of /container\" }\0A\
}\0A\
:foreach item in=[/container/mounts/find where comment~\"^karibu:\"] do={\0A\
  :do { /container/mounts/remove \$item } on-error={ :put \"karibu: could not remove something of /container/mounts\" }\0A\
}\0A\
:foreach item in=[/container/envs/find where comment~\"^karibu:\"] do={\0A\
  :do { /container/envs/remove \$item } on-error={ :put \"karibu: could not remove something of /container/envs\" }\0A\
}"]]
} on-error={ :put "karibu: no containers to remove" }
:foreach item in=[/tool/netwatch/find where comment~"^karibu:"] do={
  :do { /tool/netwatch/remove $item } on-error={ :put "karibu: could not remove something of /tool/netwatch" }
}
:foreach item in=[/ip/hotspot/walled-garden/find where comment~"^karibu:"] do={
  :do { /ip/hotspot/walled-garden/remove $item } on-error={ :put "karibu: could not remove something of /ip/hotspot/walled-garden" }
}
:foreach item in=[/ip/hotspot/walled-garden/ip/find where comment~"^karibu:"] do={
  :do { /ip/hotspot/walled-garden/ip/remove $item } on-error={ :put "karibu: could not remove something of /ip/hotspot/walled-garden/ip" }
}
:foreach item in=[/ip/hotspot/find where name=karibu-guest] do={
  :do { /ip/hotspot/remove $item } on-error={ :put "karibu: could not remove something of /ip/hotspot" }
}
:foreach item in=[/ip/hotspot/profile/find where name=karibu-guest] do={
  :do { /ip/hotspot/profile/remove $item } on-error={ :put "karibu: could not remove something of /ip/hotspot/profile" }
}
:foreach item in=[/user/find where comment~"^karibu:"] do={
  :do { /user/remove $item } on-error={ :put "karibu: could not remove something of /user" }
}
:foreach item in=[/user/group/find where comment~"^karibu:"] do={
  :do { /user/group/remove $item } on-error={ :put "karibu: could not remove something of /user/group" }
}
:foreach item in=[/radius/find where comment~"^karibu:"] do={
  :do { /radius/remove $item } on-error={ :put "karibu: could not remove something of /radius" }
}
:foreach item in=[/ipv6/firewall/filter/find where comment~"^karibu:"] do={
  :do { /ipv6/firewall/filter/remove $item } on-error={ :put "karibu: could not remove something of /ipv6/firewall/filter" }
}
:foreach item in=[/ip/firewall/address-list/find where comment~"^karibu:"] do={
  :do { /ip/firewall/address-list/remove $item } on-error={ :put "karibu: could not remove something of /ip/firewall/address-list" }
}
:foreach item in=[/ip/dhcp-server/find where comment~"^karibu:"] do={
  :do { /ip/dhcp-server/remove $item } on-error={ :put "karibu: could not remove something of /ip/dhcp-server" }
}
:foreach item in=[/ip/dhcp-server/network/find where comment~"^karibu:"] do={
  :do { /ip/dhcp-server/network/remove $item } on-error={ :put "karibu: could not remove something of /ip/dhcp-server/network" }
}
:foreach item in=[/ip/dhcp-server/option/find where comment~"^karibu:"] do={
  :do { /ip/dhcp-server/option/remove $item } on-error={ :put "karibu: could not remove something of /ip/dhcp-server/option" }
}
:foreach item in=[/ip/pool/find where comment~"^karibu:"] do={
  :do { /ip/pool/remove $item } on-error={ :put "karibu: could not remove something of /ip/pool" }
}
:foreach item in=[/ip/firewall/filter/find where comment~"^karibu:"] do={
  :do { /ip/firewall/filter/remove $item } on-error={ :put "karibu: could not remove something of /ip/firewall/filter" }
}
:foreach item in=[/ip/firewall/nat/find where comment~"^karibu:"] do={
  :do { /ip/firewall/nat/remove $item } on-error={ :put "karibu: could not remove something of /ip/firewall/nat" }
}
:foreach item in=[/interface/bridge/port/find where comment~"^karibu:"] do={
  :do { /interface/bridge/port/remove $item } on-error={ :put "karibu: could not remove something of /interface/bridge/port" }
}
:foreach item in=[/interface/bridge/find where comment~"^karibu:"] do={
  :do { /interface/bridge/remove $item } on-error={ :put "karibu: could not remove something of /interface/bridge" }
}
:foreach item in=[/interface/veth/find where comment~"^karibu:"] do={
  :do { /interface/veth/remove $item } on-error={ :put "karibu: could not remove something of /interface/veth" }
}
:foreach item in=[/ip/address/find where comment~"^karibu:"] do={
  :do { /ip/address/remove $item } on-error={ :put "karibu: could not remove something of /ip/address" }
}
:foreach item in=[/interface/wireguard/peers/find where comment~"^karibu:"] do={
  :do { /interface/wireguard/peers/remove $item } on-error={ :put "karibu: could not remove something of /interface/wireguard/peers" }
}
:foreach item in=[/interface/wireguard/find where comment~"^karibu:"] do={
  :do { /interface/wireguard/remove $item } on-error={ :put "karibu: could not remove something of /interface/wireguard" }
}
:foreach item in=[/ip/dns/static/find where comment~"^karibu:"] do={
  :do { /ip/dns/static/remove $item } on-error={ :put "karibu: could not remove something of /ip/dns/static" }
}
:foreach file in=[/file/find where name~"(^|/)karibu/data/image-update\\.tar\$"] do={ :do { /file/remove $file } on-error={ } }
:foreach file in=[/file/find where name~"^(flash/)?karibu-hotspot/"] do={ :do { /file/remove $file } on-error={ } }
:foreach file in=[/file/find where name~"^(flash/)?karibu-hotspot\$"] do={ :do { /file/remove $file } on-error={ } }
:foreach memory in=[/system/script/find where comment~"^karibu:before-"] do={
  :do { /system/script/run $memory } on-error={
    :put ("karibu: could not put back: " . [/system/script/get $memory source])
  }
}
:foreach item in=[/system/script/find where comment~"^karibu:"] do={
  :do { /system/script/remove $item } on-error={ :put "karibu: could not remove something of /system/script" }
}
:put "karibu: removed."
