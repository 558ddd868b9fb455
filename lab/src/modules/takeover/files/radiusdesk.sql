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
(12, 'aa-bb-cc-dd-ee-ff', 'Rd-User-Type', ':=', 'device'),
(13, '0123456790', 'User-Profile', ':=', '1G-1Day'),
(14, '0123456790', 'Cleartext-Password', ':=', '0123456790'),
(15, '0123456790', 'Rd-User-Type', ':=', 'voucher'),
(16, '0123456790', 'Rd-Voucher', ':=', '1-00-00-00'),
(17, '0123456791', 'User-Profile', ':=', '1G-1Day'),
(18, '0123456791', 'Cleartext-Password', ':=', '0123456791'),
(19, '0123456791', 'Rd-User-Type', ':=', 'voucher'),
(20, '0123456791', 'Rd-Voucher', ':=', '1-00-00-00');
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
INSERT INTO `vouchers` (`id`, `name`, `batch`, `status`, `perc_time_used`, `perc_data_used`, `last_accept_time`, `last_reject_time`, `created`, `modified`, `extra_name`, `password`, `realm`, `profile`, `time_valid`, `data_used`, `data_cap`, `time_used`, `time_cap`) VALUES
(1, '0123456789', 'Monday', 'new', NULL, NULL, NULL, NULL, '2026-11-20 08:00:00', '2026-11-20 08:00:00', '', '0123456789', 'Residence', '1G-1Day', '1-00-00-00', NULL, NULL, NULL, NULL),
(2, '0123456790', 'Monday', 'used', 25, 50, '2026-11-22 03:00:00', NULL, '2026-11-20 08:00:00', '2026-11-22 09:00:00', '', '0123456790', 'Residence', '1G-1Day', '1-00-00-00', 536870912, 1073741824, 21600, 86400),
(3, '0123456791', 'Monday', 'depleted', 100, 10, '2026-11-21 03:00:00', NULL, '2026-11-20 08:00:00', '2026-11-22 09:00:00', '', '0123456791', 'Residence', '1G-1Day', '1-00-00-00', 107374182, 1073741824, 86400, 86400),
(4, '0123456792', 'Monday', 'new', NULL, NULL, NULL, NULL, '2026-11-20 08:00:00', '2026-11-20 08:00:00', '', '0123456792', 'Residence', '1G-1Day', '1-00-00-00', NULL, NULL, NULL, NULL);
COMMIT;
