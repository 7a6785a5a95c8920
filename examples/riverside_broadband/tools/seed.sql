-- A made-up provider. Orders are as on 4 March 2026; elsewhere days are counted from the day of the call. It runs once, into an empty database in the data directory.
CREATE TABLE area (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    outage_cause TEXT,
    outage_hours INTEGER
);

CREATE TABLE customer (
    account TEXT PRIMARY KEY CHECK (length(account) = 8),
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    email TEXT NOT NULL DEFAULT '',
    street TEXT NOT NULL DEFAULT '',
    postcode TEXT NOT NULL DEFAULT '',
    area TEXT REFERENCES area (id),
    line TEXT NOT NULL DEFAULT 'good' CHECK (line IN ('good', 'slow', 'router_offline', 'no_signal')),
    mbit INTEGER NOT NULL DEFAULT 100
);

CREATE TABLE purchase (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES customer (account),
    item TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('processing', 'packed', 'shipped', 'out_for_delivery', 'delivered', 'cancelled')),
    ordered_on TEXT NOT NULL,
    delivery_date TEXT,
    updated_on TEXT NOT NULL
);

CREATE INDEX purchase_by_account ON purchase (account, ordered_on);

INSERT INTO area (id, name, outage_cause, outage_hours) VALUES
    ('north', 'Northside', NULL, NULL),
    ('old_town', 'the old town', NULL, NULL),
    ('harbour', 'the harbour', 'a cable that was cut by building works', 4),
    ('riverbank', 'Riverbank', NULL, NULL),
    ('quarry', 'Quarry Hill', NULL, NULL);

INSERT INTO customer (account, name, phone, email, street, postcode, area, line, mbit) VALUES
    ('55012479', 'Maya Ferrin', '+15550100101', 'maya.ferrin@example.com', '12 Alder Lane', '04213', 'north', 'good', 100),
    ('20483317', 'Tobias Hale', '+15550100102', 'tobias.hale@example.com', '4 Mill Road', '04210', 'old_town', 'slow', 8),
    ('71930264', 'Priya Anand', '+15550100103', 'priya.anand@example.com', '77 Harbour Street', '04217', 'harbour', 'good', 100),
    ('38846150', 'Leon Castellan', '+15550100104', 'leon.castellan@example.com', '9 Orchard Close', '04210', 'old_town', 'good', 100),
    ('90217745', 'Grace Okoro', '+15550100105', 'grace.okoro@example.com', '31 Bridge Street', '04213', 'north', 'no_signal', 0),
    ('64105938', 'Henrik Solberg', '+15550100106', 'henrik.solberg@example.com', '150 Station Avenue', '04219', 'riverbank', 'router_offline', 0),
    ('13579204', 'Amelia Winslow', '+15550100107', 'amelia.winslow@example.com', '6 Willow Court', '04219', 'riverbank', 'good', 100),
    ('47762081', 'Yusuf Demir', '+15550100108', 'yusuf.demir@example.com', '88 Quarry Road', '04222', 'quarry', 'good', 100),
    ('82340956', 'Clara Neumann', '+15550100109', 'clara.neumann@example.com', '23 Elm Grove', '04213', 'north', 'good', 100),
    ('29651873', 'Jonah Petrov', '+15550100110', 'jonah.petrov@example.com', '5 Chapel Hill', '04210', 'old_town', 'slow', 8),
    ('56098412', 'Isla MacRae', '+15550100111', 'isla.macrae@example.com', '40 Meadow Way', '04217', 'harbour', 'good', 100),
    ('78123046', 'Diego Morales', '+15550100112', 'diego.morales@example.com', '17 Canal Row', '04222', 'quarry', 'good', 100),
    ('31420987', 'Nora Lindqvist', '+15550100113', 'nora.lindqvist@example.com', '2 Foundry Square', '04219', 'riverbank', 'good', 100),
    ('60574329', 'Samuel Adeyemi', '+15550100114', 'samuel.adeyemi@example.com', '64 Park Terrace', '04213', 'north', 'router_offline', 0);

INSERT INTO purchase (id, account, item, status, ordered_on, delivery_date, updated_on) VALUES
    ('48213', '55012479', 'fibre router', 'shipped', '2026-03-01', '2026-03-05', '2026-03-03'),
    ('48377', '20483317', 'mesh booster', 'processing', '2026-03-02', '2026-03-09', '2026-03-02'),
    ('47102', '20483317', 'fibre router', 'delivered', '2026-02-10', '2026-02-14', '2026-02-14'),
    ('48401', '71930264', 'phone handset', 'packed', '2026-03-02', '2026-03-06', '2026-03-03'),
    ('48120', '71930264', 'wall socket', 'out_for_delivery', '2026-02-27', '2026-03-04', '2026-03-04'),
    ('48059', '71930264', 'network cable', 'delivered', '2026-02-24', '2026-02-28', '2026-02-28'),
    ('47988', '38846150', 'fibre router', 'cancelled', '2026-02-20', NULL, '2026-02-22'),
    ('48266', '90217745', 'set-top box', 'out_for_delivery', '2026-02-28', '2026-03-04', '2026-03-04'),
    ('47790', '64105938', 'mesh booster', 'shipped', '2026-02-18', '2026-02-24', '2026-02-20'),
    ('48330', '13579204', 'fibre router', 'processing', '2026-03-03', '2026-03-10', '2026-03-03'),
    ('48331', '13579204', 'phone handset', 'processing', '2026-03-03', '2026-03-10', '2026-03-03'),
    ('48007', '47762081', 'set-top box', 'delivered', '2026-02-21', '2026-02-26', '2026-02-26'),
    ('48290', '82340956', 'mesh booster', 'shipped', '2026-02-28', '2026-03-05', '2026-03-02'),
    ('48145', '29651873', 'fibre router', 'packed', '2026-02-27', '2026-03-06', '2026-03-03'),
    ('47655', '29651873', 'wall socket', 'delivered', '2026-02-12', '2026-02-17', '2026-02-17'),
    ('48410', '78123046', 'phone handset', 'shipped', '2026-03-03', '2026-03-06', '2026-03-04'),
    ('48188', '31420987', 'network cable', 'out_for_delivery', '2026-02-28', '2026-03-04', '2026-03-04'),
    ('48222', '60574329', 'set-top box', 'processing', '2026-03-01', '2026-03-11', '2026-03-01'),
    ('46011', '60574329', 'wall socket', 'delivered', '2026-01-05', '2026-01-09', '2026-01-09');

CREATE TABLE plan (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    mbit INTEGER NOT NULL,
    price_cents INTEGER NOT NULL
);

-- Days are counted from the day of the call.
CREATE TABLE contract (
    account TEXT PRIMARY KEY REFERENCES customer (account),
    plan TEXT NOT NULL REFERENCES plan (id),
    discount_cents INTEGER NOT NULL DEFAULT 0,
    ends_in_days INTEGER NOT NULL,
    cancelled INTEGER NOT NULL DEFAULT 0,
    cancel_reason TEXT
);

CREATE TABLE bill (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES customer (account),
    amount_cents INTEGER NOT NULL,
    due_in_days INTEGER NOT NULL,
    paid INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE bill_item (
    bill TEXT NOT NULL REFERENCES bill (id),
    text TEXT NOT NULL,
    amount_cents INTEGER NOT NULL,
    is_new INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE payment (
    number TEXT PRIMARY KEY,
    bill TEXT NOT NULL UNIQUE REFERENCES bill (id),
    amount_cents INTEGER NOT NULL,
    fingerprint TEXT NOT NULL
);

CREATE TABLE opening (
    id TEXT PRIMARY KEY,
    in_days INTEGER NOT NULL,
    time TEXT NOT NULL
);

CREATE TABLE visit (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES customer (account),
    work TEXT NOT NULL,
    opening TEXT UNIQUE REFERENCES opening (id),
    in_days INTEGER,
    day TEXT,
    time TEXT NOT NULL
);

CREATE TABLE item_return (
    number TEXT PRIMARY KEY,
    purchase TEXT NOT NULL UNIQUE REFERENCES purchase (id),
    reason TEXT NOT NULL
);

CREATE TABLE move (
    number TEXT PRIMARY KEY,
    account TEXT NOT NULL REFERENCES customer (account),
    street TEXT NOT NULL,
    postcode TEXT NOT NULL,
    from_day TEXT NOT NULL
);

INSERT INTO plan (id, name, mbit, price_cents) VALUES
    ('start', 'Start 50', 50, 2400),
    ('home', 'Home 100', 100, 3400),
    ('family', 'Family 250', 250, 4400),
    ('max', 'Max 1000', 1000, 5900);

INSERT INTO contract (account, plan, ends_in_days) VALUES
    ('55012479', 'home', -200),
    ('20483317', 'start', 120),
    ('71930264', 'home', -15),
    ('38846150', 'family', 300),
    ('90217745', 'home', -400),
    ('64105938', 'start', 60),
    ('13579204', 'home', -90),
    ('47762081', 'max', -30),
    ('82340956', 'family', 200),
    ('29651873', 'home', -10),
    ('56098412', 'start', 15),
    ('78123046', 'home', -700),
    ('31420987', 'family', -45),
    ('60574329', 'home', -365);

INSERT INTO bill (id, account, amount_cents, due_in_days, paid) VALUES
    ('7000', '55012479', 3400, -24, 1),
    ('7001', '55012479', 3400, 9, 0),
    ('7002', '20483317', 2400, -24, 1),
    ('7003', '20483317', 6900, 9, 0),
    ('7004', '71930264', 3400, -24, 1),
    ('7005', '71930264', 3400, 9, 0),
    ('7006', '38846150', 4400, -24, 1),
    ('7007', '38846150', 4400, 9, 1),
    ('7008', '90217745', 3400, -24, 1),
    ('7009', '90217745', 4010, -3, 0),
    ('7010', '64105938', 2400, -24, 1),
    ('7011', '64105938', 2400, 9, 0),
    ('7012', '13579204', 3400, -24, 1),
    ('7013', '13579204', 3400, 9, 0),
    ('7014', '47762081', 5900, -24, 1),
    ('7015', '47762081', 7100, 9, 0),
    ('7016', '82340956', 4400, -24, 1),
    ('7017', '82340956', 4900, -10, 0),
    ('7018', '29651873', 3400, -24, 1),
    ('7019', '29651873', 3400, 9, 0),
    ('7020', '56098412', 2400, -24, 1),
    ('7021', '56098412', 2400, 9, 0),
    ('7022', '78123046', 3400, -24, 1),
    ('7023', '78123046', 3400, 9, 0),
    ('7024', '31420987', 4400, -24, 1),
    ('7025', '31420987', 4400, 9, 0),
    ('7026', '60574329', 3400, -24, 1),
    ('7027', '60574329', 3400, 9, 0);

INSERT INTO bill_item (bill, text, amount_cents, is_new) VALUES
    ('7000', 'broadband home', 3400, 0),
    ('7001', 'broadband home', 3400, 0),
    ('7002', 'broadband start', 2400, 0),
    ('7003', 'broadband start', 2400, 0),
    ('7003', 'a technician''s visit', 4500, 1),
    ('7004', 'broadband home', 3400, 0),
    ('7005', 'broadband home', 3400, 0),
    ('7006', 'broadband family', 4400, 0),
    ('7007', 'broadband family', 4400, 0),
    ('7008', 'broadband home', 3400, 0),
    ('7009', 'broadband home', 3400, 0),
    ('7009', 'calls abroad', 610, 1),
    ('7010', 'broadband start', 2400, 0),
    ('7011', 'broadband start', 2400, 0),
    ('7012', 'broadband home', 3400, 0),
    ('7013', 'broadband home', 3400, 0),
    ('7014', 'broadband max', 5900, 0),
    ('7015', 'broadband max', 5900, 0),
    ('7015', 'one month of Riverside TV', 1200, 1),
    ('7016', 'broadband family', 4400, 0),
    ('7017', 'broadband family', 4400, 0),
    ('7017', 'a late fee', 500, 1),
    ('7018', 'broadband home', 3400, 0),
    ('7019', 'broadband home', 3400, 0),
    ('7020', 'broadband start', 2400, 0),
    ('7021', 'broadband start', 2400, 0),
    ('7022', 'broadband home', 3400, 0),
    ('7023', 'broadband home', 3400, 0),
    ('7024', 'broadband family', 4400, 0),
    ('7025', 'broadband family', 4400, 0),
    ('7026', 'broadband home', 3400, 0),
    ('7027', 'broadband home', 3400, 0);

INSERT INTO opening (id, in_days, time) VALUES
    ('010', 1, '08:00'),
    ('011', 1, '10:00'),
    ('012', 1, '12:30'),
    ('013', 1, '15:00'),
    ('014', 1, '17:30'),
    ('020', 2, '08:00'),
    ('021', 2, '10:00'),
    ('023', 2, '15:00'),
    ('024', 2, '17:30'),
    ('040', 4, '08:00'),
    ('041', 4, '10:00'),
    ('042', 4, '12:30'),
    ('043', 4, '15:00'),
    ('051', 5, '10:00'),
    ('052', 5, '12:30'),
    ('053', 5, '15:00'),
    ('054', 5, '17:30'),
    ('070', 7, '08:00'),
    ('071', 7, '10:00'),
    ('073', 7, '15:00'),
    ('074', 7, '17:30'),
    ('080', 8, '08:00'),
    ('081', 8, '10:00'),
    ('082', 8, '12:30'),
    ('084', 8, '17:30'),
    ('090', 9, '08:00'),
    ('091', 9, '10:00'),
    ('092', 9, '12:30'),
    ('093', 9, '15:00'),
    ('101', 10, '10:00'),
    ('102', 10, '12:30'),
    ('103', 10, '15:00'),
    ('104', 10, '17:30'),
    ('110', 11, '08:00'),
    ('112', 11, '12:30'),
    ('113', 11, '15:00'),
    ('114', 11, '17:30'),
    ('120', 12, '08:00'),
    ('121', 12, '10:00'),
    ('123', 12, '15:00'),
    ('124', 12, '17:30'),
    ('140', 14, '08:00'),
    ('141', 14, '10:00'),
    ('142', 14, '12:30'),
    ('143', 14, '15:00'),
    ('151', 15, '10:00'),
    ('152', 15, '12:30'),
    ('153', 15, '15:00'),
    ('154', 15, '17:30'),
    ('160', 16, '08:00'),
    ('162', 16, '12:30'),
    ('163', 16, '15:00'),
    ('164', 16, '17:30'),
    ('170', 17, '08:00'),
    ('171', 17, '10:00'),
    ('173', 17, '15:00'),
    ('174', 17, '17:30'),
    ('180', 18, '08:00'),
    ('181', 18, '10:00'),
    ('182', 18, '12:30'),
    ('184', 18, '17:30'),
    ('190', 19, '08:00'),
    ('191', 19, '10:00'),
    ('192', 19, '12:30'),
    ('193', 19, '15:00'),
    ('210', 21, '08:00'),
    ('212', 21, '12:30'),
    ('213', 21, '15:00'),
    ('214', 21, '17:30');

INSERT INTO visit (id, account, work, in_days, time) VALUES
    ('V1001', '55012479', 'fibre installation', 4, '10:00'),
    ('V1002', '20483317', 'line repair', 2, '15:00'),
    ('V1003', '71930264', 'wall socket', 7, '08:00'),
    ('V1004', '71930264', 'router set-up', 9, '12:30'),
    ('V1005', '82340956', 'fibre installation', 1, '08:00');
