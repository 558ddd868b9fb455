# nov/22/2026 10:00:00 by RouterOS 6.49.10
/tool user-manager profile
add name=month name-for-users="" override-shared-users=off price=1500 validity=4w2d
/tool user-manager profile limitation
add name=lim transfer-limit=0B uptime-limit=0s rate-limit-rx=2000000B rate-limit-tx=2000000B
/tool user-manager profile profile-limitation
add limitation=lim profile=month
/tool user-manager user
add customer=admin disabled=no password=p1 shared-users=1 username=old1
add customer=admin disabled=no password=p2 shared-users=1 username=old2
