# 2026-11-22 10:00:00 by RouterOS 7.20.4
/ip hotspot user profile
add name=day rate-limit=1M/2M
/ip hotspot user
add name=local1 password=local1 profile=day limit-uptime=1d
add name=shared1 password=shared1 profile=day limit-uptime=1d
add name=local2 password=local2 limit-uptime=1d
/ppp profile
add name=day rate-limit=4M/8M
/ppp secret
add name=line1 password=line1 profile=day service=pppoe
/user-manager limitation
add name=slow rate-limit-rx=1000000B rate-limit-tx=4000000B download-limit=5368709120B upload-limit=1GiB
add name=fast transfer-limit=10G uptime-limit=2h
/user-manager profile
add name=day name-for-users=Day price=50 validity=1d starts-when=first-auth
add name=week name-for-users=Week price=300 validity=1w starts-when=assigned override-shared-users=unlimited
/user-manager profile-limitation
add limitation=slow profile=day
add limitation=fast profile=week
/user-manager user
add name=um1 password=um1
add name=um2 password=own-word
add name=shared1 password=shared1
add name=um3 password=um3
/user-manager user-profile
add profile=day user=um1
add profile=week user=um2
add profile=week user=shared1
