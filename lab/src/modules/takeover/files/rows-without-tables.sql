-- MySQL dump 10.13  Distrib 5.7.44, for Linux (x86_64)
/*!40101 SET NAMES utf8 */;
LOCK TABLES `radcheck` WRITE;
/*!40000 ALTER TABLE `radcheck` DISABLE KEYS */;
INSERT IGNORE INTO `radcheck` VALUES (1,'PX91KD','Cleartext-Password',':=','PX91KD'),(2,'house-31','Cleartext-Password',':=','neno \"la\" siri\n'),(3,'house-31','Expiration',':=','22 Dec 2026 10:00:00');
/*!40000 ALTER TABLE `radcheck` ENABLE KEYS */;
UNLOCK TABLES;
INSERT IGNORE INTO `radgroupcheck` VALUES (1,'saa2','Max-All-Session',':=','7200');
INSERT IGNORE INTO `radgroupreply` VALUES (1,'saa2','Mikrotik-Rate-Limit',':=','1M/2M',4),(2,'home','Framed-Protocol',':=','PPP',5),(3,'home','Framed-Pool',':=','pool-a',5);
INSERT IGNORE INTO `radusergroup` VALUES (1,'PX91KD','saa2',1),(2,'house-31','home',1);
-- Dump completed on 2026-11-22 12:00:00
