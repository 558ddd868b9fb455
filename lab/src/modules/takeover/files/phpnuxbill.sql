/*!999999\- enable the sandbox mode */
-- MariaDB dump 10.19  Distrib 10.6.18-MariaDB
--
/*!40101 SET NAMES utf8mb4 */;
/*!40000 ALTER TABLE `tbl_plans` DISABLE KEYS */ INSERT INTO `nuxbill`.`tbl_plans` (`id`, `name_plan`, `id_bw`, `price`, `type`, `limit_type`, `validity`, `validity_unit`, `shared_users`) VALUES
(1, 'Daily', 1, '50', 'Hotspot', 'Unlimited', 1, 'Days', 1), # of the kiosk
(2, 'Home', 1, '2000', 'PPPOE', 'Unlimited', 1, 'Months', NULL);
-- bandwidth; and more
insert into tbl_bandwidth (id, name_bw, rate_down, rate_down_unit, rate_up, rate_up_unit) values (1,'5 Mbps',5,'Mbps',512,'Kbps');
/* customers */ INSERT INTO tbl_customers (id,username,password,pppoe_username,pppoe_password,fullname,phonenumber,email,balance,service_type,status) VALUES (1,'jane','jane','','','Jane','254722000111','j@x.test','150.00','Hotspot','Active'),(2,'home1','w','ppp-home1','1234','Odhiambo','','','0.00','PPPoE','Active'),(3,'home2','own-word','','','Wekesa','','','0.00','Others','Active');
INSERT INTO tbl_user_recharges (id,customer_id,username,plan_id,expiration,time,status,type) VALUES (1,1,'jane',1,'2026-11-23','10:30:00','on','Hotspot'),(2,2,'home1',2,'2026-12-01','10:00:00','on','PPPOE'),(3,3,'home2',2,'2026-12-03','10:00:00','on','PPPOE'),(4,3,'home2',1,'2026-10-03','10:00:00','off','Hotspot');
INSERT INTO tbl_voucher (id,type,id_plan,code,user,status) VALUES (1,'Hotspot',1,'K7Q2','0','0'),(2,'Hotspot',9,'LOST','0','0');
