-- phpMyAdmin SQL Dump
-- version 5.2.1
SET SQL_MODE = "NO_AUTO_VALUE_ON_ZERO";
START TRANSACTION;
CREATE TABLE `radcheck` (
  `id` int(11) UNSIGNED NOT NULL,
  `username` varchar(64) NOT NULL DEFAULT '',
  `attribute` varchar(64) NOT NULL DEFAULT '',
  `op` char(2) NOT NULL DEFAULT '==',
  `value` varchar(253) NOT NULL DEFAULT ''
) ENGINE=InnoDB DEFAULT CHARSET=latin1;
INSERT INTO `radcheck` (`id`, `username`, `attribute`, `op`, `value`) VALUES
(1, '0123456789', 'User-Profile', ':=', '1G-1Day'),
(2, '0123456789', 'Rd-Realm', ':=', 'Residence'),
(3, '0123456789', 'Cleartext-Password', ':=', '0123456789'),
(4, '0123456789', 'Rd-User-Type', ':=', 'voucher'),
(5, '0123456789', 'Rd-Voucher', ':=', '1-00-00-00'),
(6, 'dvdwalt@residence', 'Cleartext-Password', ':=', 'dvdwalt'),
(7, 'dvdwalt@residence', 'User-Profile', ':=', 'Home'),
(8, 'dvdwalt@residence', 'Rd-User-Type', ':=', 'user'),
(9, 'dvdwalt@residence', 'Rd-Account-Disabled', ':=', '0'),
(10, 'dvdwalt@residence', 'Expiration', ':=', '31 Dec 2026'),
(11, 'aa-bb-cc-dd-ee-ff', 'Rd-Device-Owner', ':=', 'dvdwalt@residence'),
(12, 'aa-bb-cc-dd-ee-ff', 'Rd-User-Type', ':=', 'device');
INSERT INTO `radgroupcheck` (`id`, `groupname`, `attribute`, `op`, `value`) VALUES
(1, 'SimpleAdd_1', 'Rd-Reset-Type-Data', ':=', 'never'),
(2, 'SimpleAdd_1', 'Rd-Cap-Type-Data', ':=', 'hard'),
(3, 'SimpleAdd_1', 'Rd-Total-Data', ':=', '1073741824'),
(4, 'SimpleAdd_2', 'Rd-Reset-Type-Data', ':=', 'monthly'),
(5, 'SimpleAdd_2', 'Rd-Total-Data', ':=', '10737418240');
INSERT INTO `radgroupreply` (`id`, `groupname`, `attribute`, `op`, `value`, `comment`, `created`, `modified`) VALUES
(1, 'SimpleAdd_1', 'WISPr-Bandwidth-Max-Up', ':=', '1048576', 'SimpleProfile', '2026-01-01 00:00:00', '2026-01-01 00:00:00'),
(2, 'SimpleAdd_1', 'WISPr-Bandwidth-Max-Down', ':=', '2097152', 'SimpleProfile', '2026-01-01 00:00:00', '2026-01-01 00:00:00');
INSERT INTO `radusergroup` (`username`, `groupname`, `priority`) VALUES
('1G-1Day', 'SimpleAdd_1', 5),
('Home', 'SimpleAdd_2', 5),
('Unused', 'SimpleAdd_2', 5);
COMMIT;
